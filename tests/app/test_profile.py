"""A profile is read whole or refused with every fault, its key and its mend."""

import shutil
from pathlib import Path

import pytest

from app import profile as profiles
from cases.answers import missing, own_fields
from cases.errors import ConfigurationError
from cases.event import SenderKind
from cases.profile import Done
from cases.routing import Routing
from cases.targets import TARGETS

SHIPPED = profiles.find("profiles/mon-permis")


def faults(folder: Path, *changes: tuple[str, str]) -> dict[str, str]:
    """The faults of the shipped profile after these replacements, by key."""
    text = (SHIPPED / "profile.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "profile.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        profiles.load(folder)
    return {key: f"{cause}; {mend}" for key, cause, mend in caught.value.faults}


def test_the_shipped_profile_is_whole() -> None:
    profile = profiles.load(SHIPPED)
    assert profile.mailbox("assistance").done is Done.MOVE
    assert profile.sender_kind("agent@1718.example.be") is SenderKind.RELAY
    assert [tool.id for tool in profile.tools] == ["mon_espace", "declarations", "notice", "twice", "gesper"]


@pytest.mark.parametrize(
    ("name", "mailboxes", "lines", "languages"), [("exemple-commune", 8, 3, 4), ("exemple-hebergement", 3, 1, 2)]
)
def test_other_services_are_whole_and_begin_without_labels(
    name: str, mailboxes: int, lines: int, languages: int
) -> None:
    from notify.templates import check

    profile = profiles.load(profiles.find(name))
    assert list(check(profile)) == []
    assert (len(profile.mailboxes), len(profile.lines), len(profile.languages)) == (mailboxes, lines, languages)
    assert all(motif.prototypes for motif in profile.motifs)
    assert {tool.id for tool in profile.tools}.isdisjoint(tool.id for tool in profiles.load(SHIPPED).tools)


def test_every_fault_of_type_is_named_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        ('case_prefix = "MPA"', "case_prefix = 3"),
        ('kind = "form"', 'kind = "from"'),
        ("poll_seconds = 30.0", "poll_secs = 30.0"),
        ('mail_domain = "monpermis.example.be"\n', ""),
    )
    assert set(found) == {"case_prefix", "senders.2.kind", "mailboxes.0.poll_secs", "mail_domain"}
    assert found["mail_domain"].endswith("add it")


def test_every_fault_of_meaning_is_named_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        ('category = "incident"', 'category = "panne"'),
        ('timezone = "Europe/Brussels"', 'timezone = "Europe/Brusels"'),
        ('language = "de"', 'language = "it"'),
        ('name = "beistand"', 'name = "assistance"'),
        ('team = "equipe@spw.example.be"', 'team = "beistand@monpermis.example.be"'),
    )
    assert {"motifs.4.category", "timezone", "mailboxes.1.language", "mailboxes"} <= set(found)
    assert "a loop" in found["mailboxes.0.team"]


def test_what_no_column_and_no_variable_could_hold_is_named(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        ('case_prefix = "MPA"', 'case_prefix = ""'),
        ('mail_domain = "monpermis.example.be"', f'mail_domain = "{"m" * 200}.example.be"'),
        ('id = "requete"', f'id = "{"r" * 41}"'),
        ('name = "beistand"', 'name = "Beistand_Ost"'),
        ('team = "equipe@spw.example.be"', 'team = "equipe"'),
        ('"nl", "en"]', '"nl", "en-GB"]'),
    )
    assert {
        "case_prefix",
        "mail_domain",
        "categories.0.id",
        "mailboxes.1.name",
        "mailboxes.0.team",
        "languages",
    } <= set(found)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(SHIPPED, tmp_path / "service")


def change(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def named(folder: Path) -> dict[str, str]:
    """The faults of the profile in that folder, by key."""
    with pytest.raises(ConfigurationError) as caught:
        profiles.load(folder)
    return {key: f"{cause}; {mend}" for key, cause, mend in caught.value.faults}


def test_a_service_that_says_nothing_of_its_cases_has_what_every_service_has(folder: Path) -> None:
    (folder / "cases.toml").unlink()
    (folder / "form.toml").unlink()  # it asks for fields of cases.toml
    profile = profiles.load(folder)
    assert (profile.targets, profile.routing, profile.second_level) == (TARGETS, Routing(), ())


def test_every_fault_of_type_in_cases_is_named_at_once(folder: Path) -> None:
    change(
        folder / "cases.toml",
        ('priority = "P1"', 'priority = "P0"'),
        ("n2_hours = 4.0", 'n2_hours = "soon"'),
        ('role = "supervisor"', 'role = "boss"'),
        ('answer = "nothing"', 'answer = "silence"'),
        ("notify_team = false", "notify_teams = false"),
        ("capacity = 30", "capacity = 30\nshoe_size = 42"),
        ("[priorities]", 'forms = "https://permis.example.be/f"\n[priorities]'),
    )
    assert set(named(folder)) == {
        "forms",
        "targets.0.priority",
        "targets.1.n2_hours",
        "routing.agents.0.shoe_size",
        "routing.agents.1.role",
        "receipts.0.answer",
        "escalations.notify_teams",
    }


def test_every_fault_of_meaning_in_cases_is_named_at_once(folder: Path) -> None:
    change(
        folder / "cases.toml",
        ('["P1", "P2", "P3"]', '["P1", "P4", "P3"]'),
        ("response_hours = 1.0", "response_hours = 9.0"),
        ("warn_at = 0.75", "warn_at = 75.0"),
        ('category = ["incident"]', 'category = ["panne"]'),
        ('agent = "thomas"', 'agent = "tomas"'),
        ('languages = ["de", "fr"]', 'languages = ["de", "it"]'),
        ("nora.delvaux@spw.example.be", "Info+nora@monpermis.example.be"),
        ('line1 = "line2"', 'line1 = "line1"'),
        ("support@digital.example.be", "assistance@monpermis.example.be"),
        ('hours = "assistance"', 'hours = "always"'),
        ("DIG-", "(DIG-"),
        ('roles = ["administrator", "supervisor", "agent", "expert"]', "roles = []"),
        ("https://permis.example.be/aide/mandat", "permis.example.be/aide/mandat"),
        ("Mandat, Vollmacht, bevollmächtigt, im Namen", ", !"),
        ('nl = "het nummer van uw dossier of aanvraag"', 'nl = ""'),
        ('nl = "Dossiernummer", ', ""),
    )
    assert set(named(folder)) == {
        "priorities.matrix",
        "targets.0.response_hours",
        "reminders.warn_at",
        "routing.rules.0.when.category",
        "routing.rules.2.agent",
        "routing.agents.0.address",
        "routing.agents.2.languages",
        "routing.ladder.line1",
        "second_level.0.address",
        "second_level.0.hours",
        "second_level.0.ticket",
        "escalations.roles",
        "articles.0.link",
        "articles.1.keywords",
        "wanted.dossier.labels.nl",
        "fields.dossier.labels.nl",
    }


def test_a_target_that_its_hours_never_reach_is_named(folder: Path) -> None:
    change(folder / "profile.toml", ('mon = ["08:30-17:00"]', "mon = []"), ('tue = ["08:30-17:00"]', "tue = []"))
    change(folder / "profile.toml", ('wed = ["08:30-17:00"]', "wed = []"), ('thu = ["08:30-17:00"]', "thu = []"))
    change(folder / "profile.toml", ('fri = ["08:30-17:00"]', "fri = []"))
    found = named(folder)
    assert "no hour of the week is open" in found["hours.assistance.week"]


def test_a_time_zone_that_is_none_hides_no_other_fault(folder: Path) -> None:
    change(folder / "profile.toml", ('timezone = "Europe/Brussels"', 'timezone = "Europe/Brusels"'))
    change(folder / "cases.toml", ("warn_at = 0.75", "warn_at = 75.0"))
    assert set(named(folder)) == {"timezone", "reminders.warn_at"}


def test_a_key_stands_in_one_file_and_hours_under_one_name(folder: Path) -> None:
    change(folder / "profile.toml", ('website = "https://permis.example.be"', 'form = "https://permis.example.be/f"'))
    change(folder / "cases.toml", ("[priorities]", 'form = "https://permis.example.be/g"\n[priorities]'))
    week = '[hours.assistance]\nweek = { mon = ["08:30-17:00"] }\n[hours.other]\nweek = { mon = ["08:30-17:00"] }\n'
    change(folder / "voice.toml", ("[phone]", f"{week}[phone]"))
    assert set(named(folder)) == {"form", "hours.assistance"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Mon dossier 10012904 est bloqué.", "10012904"),
        ("dossier n° PE/2026/5571, merci", "PE/2026/5571"),
        ("réf. F0514/53014/UAP3/2026.40.", "F0514/53014/UAP3/2026.40"),
        ("Aktenzeichen: 2026-1147", "2026-1147"),
        ("dossiernummer 50112/PU", "50112/PU"),
        ("my file ME-2026-088213", "ME-2026-088213"),
        ("Le dossier de mon voisin", ""),
        ("dossier 12", ""),
        ("il y a 10012904 raisons", ""),
    ],
)
def test_the_shipped_service_finds_file_numbers(text: str, number: str) -> None:
    profile = profiles.load(SHIPPED)
    assert own_fields(text, profile.fields).get("dossier", "") == number
    incident = {"motif": "incident", "scope": "in"}
    assert ("dossier" in missing(incident, profile.wanted, text, ())) is not bool(number)


@pytest.mark.parametrize("name", ["notice.fr.txt", "notice.old.fr.txt"])
def test_a_text_that_is_not_utf_8_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "profile.toml").write_bytes((SHIPPED / "profile.toml").read_bytes())
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / name).write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=f"{name}: is not UTF-8"):
        profiles.load(tmp_path)


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "profile.toml").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"profile\.toml"):
        profiles.load(tmp_path)


def test_a_profile_is_found_by_path_and_by_name() -> None:
    assert profiles.find("mon-permis").samefile(SHIPPED)
    assert profiles.find(str(SHIPPED)) == SHIPPED
    with pytest.raises(ConfigurationError, match="AIGUILLAGE_PROFILE"):
        profiles.find("no/such/profile")


def test_a_text_of_its_own_stands_in_the_place_of_the_one_that_comes_with_the_program(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "own")
    (tmp_path / "own" / "texts").mkdir(exist_ok=True)
    (tmp_path / "own" / "texts" / "notice.fr.txt").write_text("Subject: [{{ number }}]\n\nBonjour", encoding="utf-8")
    shipped, own = profiles.load(SHIPPED).texts, profiles.load(tmp_path / "own").texts
    assert own["notice"]["fr"].endswith("Bonjour")
    assert own["notice"]["de"] == shipped["notice"]["de"]
    assert own["acknowledgement"] == shipped["acknowledgement"]
