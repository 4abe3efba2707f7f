"""The phone of a profile is read whole or refused with every fault, its key and its mend."""

import shutil
from pathlib import Path

import pytest

from app import profile as profiles
from cases.errors import ConfigurationError
from cases.phone import Choose, Queue

SHIPPED = profiles.find("profiles/mon-permis")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(SHIPPED, tmp_path / "service")


def change(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def faults(folder: Path) -> dict[str, str]:
    with pytest.raises(ConfigurationError) as caught:
        profiles.load(folder)
    return {key: f"{cause}; {mend}" for key, cause, mend in caught.value.faults}


def test_the_shipped_phone_is_whole() -> None:
    profile = profiles.load(SHIPPED)
    assert {line.name: (line.number, line.language) for line in profile.lines} == {
        "1718": ("+3281001718", ""),
        "1719": ("+3287001719", "de"),
    }
    assert set(profile.hours) == {"assistance", "commune"}
    menu = profile.menus["assistance"]
    assert isinstance(menu.nodes["tool"], Choose)
    assert menu.nodes["queue"] == Queue(callback="callback", voicemail="voicemail")
    assert menu.countries == ("BE", "LU", "FR", "DE", "NL")
    assert {"NOTICe", "notis"} <= set(menu.tools["notice"].phrases)
    assert "prior notice" in menu.tools["notice"].never


def test_a_profile_without_voice_has_no_lines(folder: Path) -> None:
    (folder / "voice.toml").unlink()
    profile = profiles.load(folder)
    assert (profile.lines, profile.menus, profile.prompts) == ((), {}, {})


def test_every_fault_of_type_is_named_at_once_where_it_is(folder: Path) -> None:
    change(folder / "profile.toml", ('case_prefix = "MPA"', "case_prefix = 3"))
    change(
        folder / "voice.toml",
        ("patience = 150", 'patience = "long"'),
        ('kind = "status"', 'kind = "recognise"'),
        ('prompt = "voicemail"\n', ""),
        ('otherwise = "announcement"', 'othrwise = "announcement"'),
        ('started = "welcome"', "started = 1"),
    )
    found = faults(folder)
    assert set(found) == {"case_prefix", "menus.assistance.started"}
    change(folder / "voice.toml", ("started = 1", 'started = "welcome"'))
    assert set(faults(folder)) == {
        "case_prefix",
        "menus.assistance.nodes.queue.patience",
        "menus.assistance.nodes.case_number.kind",
        "menus.assistance.nodes.voicemail.prompt",
        "menus.assistance.nodes.language.otherwise",
        "menus.assistance.nodes.language.othrwise",
    }


def test_an_unknown_key_and_a_prompt_that_is_no_text_are_named(folder: Path) -> None:
    change(folder / "voice.toml", ("[phone]", "[telephone]\n[phone]"))
    change(folder / "prompts" / "nl.toml", ('tax = "', 'spare = 3\ntax = "'))
    assert set(faults(folder)) == {"telephone", "prompts.nl.spare"}


def test_faults_of_meaning_are_named_with_the_profiles_own(folder: Path) -> None:
    change(folder / "profile.toml", ('category = "incident"', 'category = "panne"'), ('"11-15"', '"15-11"'))
    change(folder / "voice.toml", ('next = "callback_agreed"', 'next = "agreed"'))
    change(folder / "voice.toml", ('hours = "assistance"', 'hours = "all"'))
    change(folder / "prompts" / "de.toml", ("drücken Sie die 2", "drücken Sie die Zwei"))
    found = faults(folder)
    assert {"motifs.4.category", "lines.0.hours", "menus.assistance.nodes.callback.next", "prompts.de.language"} <= set(
        found
    )
    assert any(key.startswith("hours.assistance.closed") for key in found)


def test_a_file_that_is_not_toml_is_named(folder: Path) -> None:
    (folder / "voice.toml").write_text("[lines", encoding="utf-8")
    assert str(folder / "voice.toml") in faults(folder)


def test_a_sound_file_is_played_instead_unless_the_text_has_fields(folder: Path) -> None:
    (folder / "prompts" / "fr").mkdir()
    for name in ("tool", "closed"):
        (folder / "prompts" / "fr" / f"{name}.wav").write_bytes(b"RIFF")
    prompts = profiles.load(folder).prompts
    assert prompts["tool"]["fr"].recording == "fr/tool.wav"
    assert prompts["tool"]["de"].recording == ""
    assert prompts["closed"]["fr"].recording == ""
