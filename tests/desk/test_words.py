"""Every text in every language; every word that data can hold has a text."""

import re
from datetime import UTC, datetime
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.case import Disposition, EntryKind, Status
from cases.event import Channel
from cases.policy import OutboundKind, Verdict
from desk.pages import HERE
from desk.words import LANGUAGES, Words, catalogue, preferred
from ingest.email.screen import REPLIES, ROBOTS

BRUSSELS = ZoneInfo("Europe/Brussels")
TEMPLATES = sorted((HERE / "templates").glob("*.html"))
NOON = datetime(2026, 3, 24, 11, 5, tzinfo=UTC)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_has_every_text_and_no_other(lang: str) -> None:
    assert set(catalogue(lang)) == set(catalogue("fr"))
    assert all(text.strip() for text in catalogue(lang).values())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_text_has_the_same_blanks_in_every_language(lang: str) -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    differing = [key for key, text in catalogue(lang).items() if blanks(text) != blanks(catalogue("fr")[key])]
    assert not differing


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_text_that_a_template_names_exists(template: object) -> None:
    source = template.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    whole = re.findall(r"""\bt\(\s*["']([a-z_.0-9]+)["']\s*[,)]""", source)
    counted = re.findall(r"""\bt\.(?:count|plural)\(\s*["']([a-z_.0-9]+)["']\s*,""", source)
    missing = [key for key in whole if key not in catalogue("fr")]
    missing += [key for key in counted if f"{key}.one" not in catalogue("fr") or f"{key}.other" not in catalogue("fr")]
    assert not missing


def test_every_word_of_the_domain_has_a_text() -> None:
    keys = [f"verdict.{one}" for one in Verdict]
    keys += [f"fate.{one}.one" for one in Disposition] + [f"fate_of_one.{one}" for one in Disposition]
    keys += [f"status.{one}" for one in Status] + [f"channel.{one}" for one in Channel]
    keys += [f"mail.{one}" for one in OutboundKind] + [f"entry.{one}" for one in EntryKind]
    keys += [f"reason.{rule.__name__}" for rule, _ in REPLIES + ROBOTS]
    assert not [key for key in keys if key not in catalogue("fr")]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("de-BE, fr;q=0.8", "de"),
        ("en;q=0.5, nl;q=0.9", "nl"),
        ("es, it", "fr"),
        ("", "fr"),
        ("nl;q=0, de;q=0.1", "de"),
        ("en;q=0", "fr"),
        ("DE", "de"),
        ("nl;q=abc", "fr"),
    ],
)
def test_the_browser_is_listened_to(accepted: str, expected: str) -> None:
    assert preferred(accepted, "fr") == expected


@given(st.text(max_size=300))
def test_no_field_of_a_browser_is_too_odd(accepted: str) -> None:
    assert preferred(accepted, "fr") in LANGUAGES


def test_dates_and_sizes_are_those_of_the_language_and_place() -> None:
    fr, de, en = (Words(lang, BRUSSELS) for lang in ("fr", "de", "en"))
    assert fr.moment(NOON) == "24/03/2026, 12:05"
    assert de.date(NOON) == "24.03.2026"
    assert (fr.size(999), fr.size(1_250), en.size(1_250), fr.size(25_000_000)) == ("999 o", "1,2 ko", "1.2 kB", "25 Mo")


def test_french_counts_none_as_one_and_the_others_do_not() -> None:
    fr, nl = Words("fr", BRUSSELS), Words("nl", BRUSSELS)
    assert (fr.plural("fate.case", 0), fr.plural("fate.case", 2)) == ("nouveau dossier", "nouveaux dossiers")
    assert (nl.count("cases.messages", 0), nl.count("cases.messages", 1)) == ("0 berichten", "1 bericht")
