"""Which articles are proposed, to whom, and which topics have none."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from cases.knowledge import Asked, Gap, Said, for_agent, for_receipt, unanswered
from cases.receipt import Article

TODAY = date(2026, 3, 24)
CASE = {"lang": "fr", "category": "requete", "motif": "acces", "tool": "notice", "scope": "in", "review": "no"}
TEXT = "Ouvrir la machine"
TOOL = Article(id="tool", title=TEXT, link="https://x", lang="fr", when={"tool": ("notice",)}, approved=True)
BOTH = replace(TOOL, id="both", when={"tool": ("notice",), "motif": ("acces",)})
GENERAL = replace(TOOL, id="general", when={"category": ("requete",)})


def ids(*articles: Article, case: dict[str, str] = CASE, lang: str = "fr") -> list[str]:
    return [article.id for article in for_receipt(case, articles, lang, TODAY, TEXT)]


def test_the_most_specific_articles_come_first_three_at_most() -> None:
    titles = ("Fermer la grille", "Signer le contrat", "Envoyer la lettre")
    others = [replace(TOOL, id=f"n{number}", title=title) for number, title in enumerate(titles)]
    both = replace(others[2], id="both", when=BOTH.when)
    text = ". ".join((TEXT, *titles))
    found = for_receipt(CASE, [TOOL, *others[:2], both], "fr", TODAY, text)
    assert [one.id for one in found] == ["both", "tool", "n0"]


@pytest.mark.parametrize(
    "article",
    [
        replace(TOOL, approved=False),
        replace(TOOL, expires="2026-03-23"),
        replace(TOOL, lang="de"),
        replace(TOOL, when={"tool": ("twice",)}),
        GENERAL,
        replace(TOOL, when={}),
    ],
)
def test_what_may_not_be_proposed_is_not(article: Article) -> None:
    assert ids(article) == []


def test_an_article_is_proposed_on_its_last_day() -> None:
    assert ids(replace(TOOL, expires="2026-03-24")) == ["tool"]


def test_nothing_is_proposed_where_a_person_should_look_first() -> None:
    assert ids(TOOL, case=CASE | {"review": "yes"}) == []


WORDED = replace(TOOL, id="worded", keywords="mot de passe, connexion, 403")


WORDED = replace(
    TOOL, id="worded", title="Mot de passe oublié", keywords="mot de passe, connexion, 403", summary="perdu"
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Mot de passe oublié", True),
        ("Bonjour. J'ai OUBLIÉ mon mot de passe 20261234 !", True),
        ("connexions oubliées", True),
        ("mot de passe", False),  # one thing alone may mean anything
        ("perdu, oublié", False),  # none of its keywords
        ("Mot de passe. Oublié.", False),
        ("Bonjour,\nj'ai oublié\nmon mot de passe", True),
        ("J'ai oublié mon mot de passe\nde la machine à café", False),
        ("J'ai oublié le mot de passe de la machine à café", False),  # another subject
        ("La connexion n'est jamais oubliée", False),
        ("Bonjour", False),
    ],
)
def test_a_receipt_names_what_one_sentence_says_and_nothing_else(text: str, named: bool) -> None:
    assert bool(for_receipt(CASE, [WORDED], "fr", TODAY, text)) is named


def test_what_other_articles_say_too_and_what_the_tags_say_tells_nothing() -> None:
    two = [replace(TOOL, id=name, title=f"Signer le plan {name}") for name in ("lourd", "format")]
    assert [one.id for one in for_receipt(CASE, two, "fr", TODAY, "Signer un plan ?")] == []
    notice = replace(TOOL, title="Ouvrir un accès à NOTICe", when={"tool": ("notice",), "motif": ("acces",)})
    assert not for_receipt(CASE, [notice], "fr", TODAY, "accès à NOTICe")


def test_nothing_is_proposed_to_who_means_another_service() -> None:
    assert ids(TOOL, case=CASE | {"scope": "metier"}) == []


def nothing(text: str) -> frozenset[str]:
    return frozenset()


def test_an_agent_is_shown_the_best_with_why() -> None:
    other = replace(TOOL, id="other", title="Signature électronique", when={"tool": ("twice",)})
    case = CASE | {"review": "yes"}
    found = for_agent(case, [TOOL, other, BOTH, WORDED], TODAY, "Ma connexion est refusée", nothing)
    assert [(one.article.id, one.topic, one.words) for one in found] == [
        ("both", ("motif", "tool"), ()),
        ("worded", ("tool",), ("connexion",)),
        ("tool", ("tool",), ()),
    ]
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_words_alone_find_an_article_for_an_agent_about_another_tool() -> None:
    others = [replace(TOOL, id=f"n{count}", title=f"Titre {count}", when={"tool": ("gesper",)}) for count in range(9)]
    signing = replace(TOOL, id="sign", title="Signature électronique", when={"tool": ("twice",)})
    found = for_agent(CASE, [*others, signing], TODAY, "La signature électronique ne va pas", nothing)
    assert [(one.article.id, one.topic, set(one.words)) for one in found] == [
        ("sign", (), {"signature", "electronique"})
    ]


def test_meanings_count_as_words() -> None:
    def login(text: str) -> frozenset[str]:
        return frozenset({"login"} & {"login" if text in ("anmeldung", "passwort") else ""})

    german = replace(TOOL, lang="de", title="Anmeldung", when={"tool": ("gesper",)})
    others = [replace(german, id=f"n{count}", title=f"Titel {count}") for count in range(9)]
    found = for_agent(CASE | {"lang": "de"}, [*others, german], TODAY, "Mein Passwort", login)
    assert [(one.article.id, one.words) for one in found] == [("tool", ("passwort",))]


AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
ASKED = Asked(tool="notice", motif="acces", category="requete", lang="fr", opened_at=AT)


def test_a_topic_without_an_article_is_counted_in_each_language() -> None:
    asked = [ASKED, replace(ASKED, lang="de"), replace(ASKED, lang="de"), replace(ASKED, motif="erreur")]
    assert unanswered(asked, [Said("twice", "acces")], [(BOTH, None)]) == [
        Gap("notice", "acces", 2, 0),
        Gap("notice", "erreur", 1, 0),
        Gap("twice", "acces", 0, 1),
    ]


def test_an_article_counts_from_its_approval_to_its_last_day() -> None:
    later, expired = AT.replace(day=11), replace(BOTH, expires="2026-03-09")
    assert unanswered([ASKED], [], [(BOTH, AT)]) == []
    assert unanswered([ASKED], [], [(BOTH, later), (expired, None)]) == [Gap("notice", "acces", 1, 0)]
