"""The workbook of calls: what is written is read again, what is wrong is named by its cell, nothing brings us down."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.logged import Field, LoggedCall, Outcome, Rules, Wrong
from cases.profile import Profile
from desk.sheets.isolated import texts
from desk.sheets.layout import FIRST_ROW, HEADER_ROW, LARGEST_FILE, Layout
from desk.sheets.read import Table, UnreadableError, _letters, read
from desk.sheets.write import workbook
from desk.words import LANGUAGES
from ingest.voice.numbers import e164

NOW = datetime(2026, 3, 24, 9, 5, tzinfo=UTC)
CALL = LoggedCall(
    key="k1",
    at=datetime(2026, 3, 24, 8, 5, tzinfo=UTC),
    agent="Anne",
    name="Jeanne Exemple",
    number="+32470001234",
    lang="fr",
    motif="acces",
    tool="notice",
    reason="=1+1 n'est pas une formule",
    outcome=Outcome.SOLVED,
    minutes=4,
)
BARE = replace(
    CALL,
    key="k2",
    at=datetime(2026, 1, 4, 23, 0, tzinfo=UTC),
    name="",
    number="",
    lang="de",
    tool="aucun",
    outcome=Outcome.OPEN,
    minutes=None,
)


@pytest.fixture(scope="module")
def rules(profile: Profile) -> Rules:
    return Rules(profile=profile, number=partial(e164, home="BE"), now=NOW)


def sheet(*rows: Any, name: str = "Appels") -> bytes:
    """A workbook made by hand: its rows as they are."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    found = book.add_worksheet(name)
    day = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if isinstance(value, datetime):
                found.write_datetime(row, column, value, day)
            else:
                found.write(row, column, value)
    book.close()
    return buffer.getvalue()


TITLES = ("Date *", "Agent *", "Motif *", "Application *", "Raison de l'appel *", "Suite *", "Téléphone", "Clé")
AFTERNOON = datetime(2026, 3, 23, 15, 30)  # noqa: DTZ001 - a cell has no zone
ROW = ("24/03/2026", "Anne", "Accès, droits et mandats", "NOTICe", "Mot de passe", "Résolu", "", "")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_export_is_read_again_whatever_its_language(profile: Profile, rules: Rules, lang: str) -> None:
    body = workbook(Layout(profile, lang), [(CALL, "MPA-26-00001"), (BARE, "MPA-26-00002")], 2026)
    assert read(body, rules) == Table((CALL, BARE), ())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_template_is_empty_and_readable(profile: Profile, rules: Rules, lang: str) -> None:
    assert read(workbook(Layout(profile, lang), [], 2026), rules) == Table((), ())


def test_the_template_tells_required_columns_from_others_and_offers_lists(profile: Profile) -> None:
    with ZipFile(BytesIO(workbook(Layout(profile, "fr"), [], 2026))) as archive:
        calls = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert calls.count('type="list"') == 4
    assert "'Listes'!$A$1:$A$5" in calls.replace("&#39;", "'").replace("&apos;", "'")
    assert {"FFFBE3B0", "FFDCE9EA", "FFE3E0D8"} <= set(re.findall(r'fgColor rgb="(\w+)"', styles))
    heads = re.findall(rf'<c r="([A-Z]+){HEADER_ROW}" s="(\d+)"', calls)
    kinds = dict(heads)
    fields = {field: _letters(column) for column, field in enumerate(Field)}
    assert kinds[fields[Field.DATE]] == kinds[fields[Field.REASON]] != kinds[fields[Field.NAME]]
    assert kinds[fields[Field.KEY]] not in (kinds[fields[Field.DATE]], kinds[fields[Field.NAME]])


def test_results_are_counted_by_quarter_in_local_time(profile: Profile) -> None:
    new_year = replace(BARE, key="k3", at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))
    spring = replace(CALL, key="k4", at=datetime(2026, 4, 1, 8, 0, tzinfo=UTC))
    body = workbook(Layout(profile, "fr"), [(one, "") for one in (CALL, BARE, new_year, spring)], 2026)
    rows = texts(body)["Résultats"]
    motif = next(row for row in rows if row[0] == "Accès, droits et mandats")
    assert motif[1:6] == ["3", "1", "0", "0", "4"]
    assert [row[1:6] for row in rows if row[0] == "Total"] == [["3", "1", "0", "0", "4"]] * 3
    assert rows[1][:2] == ["Année", "2026"]


def test_a_sheet_that_people_made_is_read(rules: Rules) -> None:
    typed = (*ROW[:6], 470001234, "")
    found = read(sheet((), ("Nos appels",), TITLES, typed, (), (AFTERNOON, *ROW[1:])), rules)
    assert not found.faults
    first, second = found.calls
    assert (first.number, first.motif, first.tool, first.outcome) == ("+32470001234", "acces", "notice", "solved")
    assert second.at == datetime(2026, 3, 23, 14, 30, tzinfo=UTC)
    assert len({one.key for one in found.calls}) == 2


def test_columns_may_stand_in_another_order_and_others_are_left_alone(rules: Rules) -> None:
    order = (5, 4, 3, 2, 1, 0)
    found = read(sheet(("Remarque", *(TITLES[one] for one in order)), ("x", *(ROW[one] for one in order))), rules)
    assert [one.reason for one in found.calls] == ["Mot de passe"]


def test_every_fault_is_named_by_its_cell(rules: Rules) -> None:
    wrong = ("31/02/2026", "Anne", "Permis de conduire", "NOTICe", "", "Résolu", "12", "")
    found = read(sheet(TITLES, ROW, wrong), rules)
    assert [(one.cell, one.wrong, one.shown) for one in found.faults] == [
        ("Appels!A3", Wrong.NO_DATE, "31/02/2026"),
        ("Appels!C3", Wrong.UNKNOWN, "Permis de conduire"),
        ("Appels!E3", Wrong.MISSING, ""),
        ("Appels!G3", Wrong.NO_NUMBER, "12"),
    ]
    assert len(found.calls) == 1


def test_a_key_that_comes_twice_is_a_fault(rules: Rules) -> None:
    found = read(sheet(TITLES, (*ROW[:7], "a"), (*ROW[:7], "a")), rules)
    assert [(one.cell, one.wrong) for one in found.faults] == [("Appels!H3", Wrong.REPEATED)]


def test_a_required_column_that_is_missing_is_said(rules: Rules) -> None:
    found = read(sheet(TITLES[:5], ROW[:5]), rules)
    assert [(one.cell, one.field, one.wrong) for one in found.faults] == [("Appels!A1", Field.OUTCOME, Wrong.NO_COLUMN)]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no_workbook"),
        (b"PK\x03\x04 no archive", "no_workbook"),
        (b"x" * (LARGEST_FILE + 1), "too_large"),
        (sheet(("a", "b"), ("c", "d")), "no_calls"),
        (sheet(TITLES, *[ROW] * 5_001), "too_long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_workbook_of_calls_is_said(rules: Rules, body: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=f"^{reason}$"):
        read(body, rules)


def test_a_cell_in_the_far_corner_does_not_bring_us_down(rules: Rules) -> None:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.add_worksheet("Appels").write(1_048_575, 16_383, "x")
    book.close()
    with pytest.raises(UnreadableError):
        read(buffer.getvalue(), rules)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_refused_or_read(profile: Profile, data: st.DataObject) -> None:
    body = bytearray(workbook(Layout(profile, "fr"), [(CALL, "")], 2026))
    for _ in range(data.draw(st.integers(1, 8))):
        # its length changes with the time that stands in it, so what is drawn must not depend on it
        body[data.draw(st.integers(0, 100_000)) % len(body)] = data.draw(st.integers(0, 255))
    with suppress(UnreadableError):
        read(bytes(body), Rules(profile=profile, number=partial(e164, home="BE"), now=NOW))


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_their_letters(column: int, letters: str) -> None:
    assert _letters(column) == letters


def test_the_first_row_is_below_the_titles() -> None:
    assert FIRST_ROW == HEADER_ROW + 1
