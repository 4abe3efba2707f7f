"""Which articles help with a case: for its receipt, only where that is sure; for an agent, the best with the reason.

An article is about a category, a motif or a tool, and may have keywords: phrases, parted by commas, that people write
who need it. Words are compared folded and without their endings (`cases.folding`). Pure; `today` is a parameter.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import log

from cases.answers import IN_SCOPE
from cases.folding import words
from cases.receipt import Article
from cases.routing import takes

MOST_ARTICLES = 3
TELLING = frozenset({"motif", "tool"})
"""An article is about one of these: one that is said of every case of a language would help nobody."""
TOPIC: Mapping[str, float] = {"motif": 0.5, "tool": 0.35, "category": 0.15}
"""How much of a topic each attribute is."""
OF_TOPIC, OF_TEXT = 0.6, 0.4
"""What topic and words weigh for an agent, and the least that both must come to."""
LEAST = 0.18
LONGEST_TEXT = 4_000
"""Characters of a message in which words are looked for."""
_SHORT, _KEPT, _ENDING = 4, 5, 2
_SENTENCE_END = re.compile(r"[.!?;:]+|\n\s*\n|,\n")
"""Lines of a mail are broken anywhere: a sentence goes on in the next one, but for a greeting's."""
_COMMON = frozenset(
    {
        *("apres", "aussi", "avant", "avec", "avoir", "bonjo", "cette", "comme", "dans", "depui"),
        *("elle", "elles", "encor", "fait", "leur", "mais", "merci", "notre", "nous", "pour"),
        *("pourr", "pouve", "quand", "quel", "quell", "sont", "souha", "toujo", "tout", "tres"),
        *("votre", "voudr", "vous"),
        *("auch", "bitte", "dass", "diese", "eine", "einen", "einer", "habe", "haben", "hier"),
        *("immer", "kann", "konne", "mein", "meine", "noch", "oder", "schon", "sich", "sind"),
        *("uber", "unser", "wann", "welch", "wenn", "werde", "wiede", "wird", "wurde"),
        *("alsta", "bedan", "deze", "graag", "hebbe", "heeft", "kunne", "maar", "mijn", "moet"),
        *("moete", "naar", "nodig", "omdat", "onder", "onze", "over", "voor", "wanne", "welke"),
        *("worde", "wordt", "zijn"),
        *("about", "also", "been", "could", "does", "from", "have", "hello", "here", "pleas"),
        *("shall", "shoul", "that", "them", "there", "these", "they", "this", "were", "what"),
        *("when", "where", "which", "will", "with", "would", "your"),
    }
)
"""How words begin that say nothing of a subject, in the four languages. A 'no' or 'not' does."""

Traits = Mapping[str, str]
Meanings = Callable[[str], frozenset[str]]
"""What a text tells of, by names that are the same whatever the word (`classify.similar.signs`)."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article for an agent. `score` is 0 to 1; `topic` are the attributes that it shares with the case, `words` the
    case's words, folded, that it has too or whose meaning it has."""

    article: Article
    score: float
    topic: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A case, as one asks whether there was an article for it. `opened_at` is local time: articles end with a day."""

    tool: str
    motif: str
    category: str
    lang: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """An agent said of a case that no article fits its topic."""

    tool: str
    motif: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A topic without an article: `cases` had none in their language on their day, `said` is how often an agent said
    that none fits."""

    tool: str
    motif: str
    cases: int
    said: int


def for_receipt(traits: Traits, articles: Iterable[Article], lang: str, today: date, text: str) -> tuple[Article, ...]:
    """The articles that surely answer such a message, the most specific first; none where a person should see its tags
    first, or where somebody else is meant. One sentence has to say two different things that the article has and no
    other, of which one is a keyword where it has keywords; and nothing else, which would be another subject."""
    if traits["review"] != "no" or traits["scope"] != IN_SCOPE:
        return ()
    known = list(shown(articles, lang, today))
    about = [one for one in known if TELLING & one.when.keys() and takes(one.when, traits)]
    sentences = [words(one) for one in _SENTENCE_END.split(text[:LONGEST_TEXT])] if about else []
    told = ((one, _own(one, known)) for one in about)
    sure = [one for one, own in told if any(_is_said(one, own, sentence) for sentence in sentences)]
    return tuple(sorted(sure, key=lambda one: -len(one.when))[:MOST_ARTICLES])


def _is_said(one: Article, own: frozenset[str], sentence: Sequence[str]) -> bool:
    """Whether the sentence has two of the article's own words, or a keyword and another of them, and all of its
    longer words are the article's."""
    said = {word[:_KEPT] for word in sentence if len(word) >= _SHORT and not word.isdigit()} - _COMMON
    found = said & own
    if not said <= _begins(_said_by(one), _SHORT):
        return False
    if not one.keywords:
        return len(found) > 1
    written = " ".join(sentence)
    keyed = (match[0].split() for match in _pattern(one.keywords).finditer(written))
    return any(found - {word[:_KEPT] for word in key} for key in keyed)


def _own(one: Article, known: Iterable[Article]) -> frozenset[str]:
    """How the longer words of its title, keywords and summary begin that no other article has, nor what it is about by
    its tags: those say nothing more of a message that has these tags."""
    tags = _begins(" ".join(tag for tags in one.when.values() for tag in tags))
    return _begins(_said_by(one)) - _shared(tuple(map(_said_by, known))) - tags


@lru_cache(maxsize=16)
def _shared(texts: tuple[str, ...]) -> frozenset[str]:
    """How the longer words begin that several of these texts have."""
    count = Counter(begin for one in texts for begin in _begins(one))
    return frozenset(begin for begin, among in count.items() if among > 1)


def _said_by(one: Article) -> str:
    return f"{one.title} {one.keywords} {one.summary}"


@lru_cache(maxsize=2_000)
def _begins(text: str, shortest: int = _SHORT + 1) -> frozenset[str]:
    """How its longer words begin."""
    return frozenset(word[:_KEPT] for word in words(text.replace("_", " ")) if len(word) >= shortest)


def for_agent(
    traits: Traits, articles: Iterable[Article], today: date, text: str, meanings: Meanings
) -> tuple[Suggestion, ...]:
    """The best articles for a case in its language (`traits["lang"]`), the best first, with why. A person judges them:
    words alone are enough, and tags that are in doubt count."""
    known = list(shown(articles, traits["lang"], today))
    terms = [_terms(_said_by(one), meanings) for one in known]
    rarity, written = _rarity(terms), _terms(text[:LONGEST_TEXT], meanings)
    common = [{term: word for term, word in written.items() if term in own} for own in terms]
    found = [_suggestion(one, traits, shared, rarity) for one, shared in zip(known, common, strict=True)]
    best = sorted((one for one in found if one.score >= LEAST), key=lambda one: (-one.score, one.article.id))
    return tuple(best[:MOST_ARTICLES])


def shown(articles: Iterable[Article], lang: str, today: date) -> Iterable[Article]:
    """Those that may be shown to somebody who is written to in that language."""
    return (one for one in articles if one.approved and one.lang == lang and not has_expired(one, today))


def has_expired(article: Article, today: date) -> bool:
    """Whether the last day of the article, which is the one written in it, has passed."""
    return bool(article.expires) and date.fromisoformat(article.expires) < today


def phrases(keywords: str) -> tuple[tuple[str, ...], ...]:
    """The keywords as folded words, phrase by phrase."""
    found = (tuple(words(one)) for one in keywords.split(","))
    return tuple(one for one in found if one)


@lru_cache(maxsize=1_000)
def _pattern(keywords: str) -> re.Pattern[str]:
    """Finds one of the phrases in folded words with a space between them, with whatever endings."""
    found = (" ".join(map(_with_ending, phrase)) for phrase in phrases(keywords))
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(found)})(?![a-z0-9])")


def _with_ending(word: str) -> str:
    return word if len(word) <= _SHORT else f"{word[: max(_KEPT, len(word) - _ENDING)]}[a-z0-9]*"


@lru_cache(maxsize=2_000)
def _terms(text: str, meanings: Meanings) -> Mapping[str, str]:
    """How its longer words begin and what they mean (in capitals, which no folded word has), each with the first such
    word."""
    found = dict[str, str]()
    for word in words(text):
        if len(word) > _SHORT or word.isdigit():
            for term in (word[:_KEPT], *(meaning.upper() for meaning in meanings(word))):
                found.setdefault(term, word)
    return found


def _rarity(terms: Sequence[Iterable[str]]) -> Mapping[str, float]:
    """How much each term tells: less, the more articles have it."""
    count = Counter(term for one in terms for term in one)
    return {term: log((1 + len(terms)) / among) for term, among in count.items()}


def _suggestion(one: Article, traits: Traits, common: Mapping[str, str], rarity: Mapping[str, float]) -> Suggestion:
    """An article about another topic counts by its words alone."""
    fits = takes({name: values for name, values in one.when.items() if name in TOPIC}, traits)
    topic = tuple(name for name in TOPIC if fits and name in one.when)
    said = sum(rarity[term] for term in common)
    score = OF_TOPIC * sum(TOPIC[name] for name in topic) + OF_TEXT * said / (said + 2)
    telling = dict.fromkeys(common[term] for term in sorted(common, key=lambda term: (-rarity[term], term)))
    return Suggestion(one, round(score, 3), topic, tuple(telling)[:MOST_ARTICLES])


def unanswered(
    asked: Iterable[Asked], said: Iterable[Said], articles: Sequence[tuple[Article, datetime | None]]
) -> list[Gap]:
    """The topics that had no article, those with the most cases first. `articles` come with when each was approved,
    None for one that always was."""
    about = lru_cache(maxsize=None)(lambda topic, lang: [pair for pair in articles if _is_about(pair[0], topic, lang)])
    none = Counter[tuple[str, str]]()
    for one in asked:
        known = about((("tool", one.tool), ("motif", one.motif), ("category", one.category)), one.lang)
        none[one.tool, one.motif] += not any(_was_there(article, since, one.opened_at) for article, since in known)
    by_agents = Counter((told.tool, told.motif) for told in said)
    gaps = [Gap(*topic, none[topic], by_agents[topic]) for topic in none.keys() | by_agents.keys()]
    counted = (gap for gap in gaps if gap.cases or gap.said)
    return sorted(counted, key=lambda gap: (-gap.cases, -gap.said, gap.tool, gap.motif))


def _is_about(one: Article, topic: Iterable[tuple[str, str]], lang: str) -> bool:
    """What else an article asks of a case, such as its sender, is not asked here."""
    when = {name: values for name, values in one.when.items() if name in TOPIC}
    return one.lang == lang and takes(when, dict(topic))


def _was_there(one: Article, since: datetime | None, at: datetime) -> bool:
    return (since is None or since <= at) and not has_expired(one, at.date())
