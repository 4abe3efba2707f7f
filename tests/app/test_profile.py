"""A profile is read whole or refused with every fault, its key and its mend."""

from pathlib import Path

import pytest

from app import profile as profiles
from cases.errors import ConfigurationError
from cases.event import SenderKind
from cases.profile import Done

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


def test_a_second_service_is_whole_and_begins_without_labels() -> None:
    from notify.templates import check

    profile = profiles.load(profiles.find("exemple-commune"))
    assert list(check(profile)) == []
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
