"""A sheet of articles: all of it, or every fault by its cell."""

from datetime import date
from io import BytesIO
from types import SimpleNamespace

import pytest

from cases.profile import Profile
from desk.sheets.articles import COLUMNS, Sheet, as_csv, read
from desk.sheets.read import UnreadableError

TODAY = date(2026, 3, 24)
HEAD = "id;lang;title;link;category;motif;tool;keywords;summary;expires"
GOOD = "login;fr;Se connecter;https://example.org/aide;;;notice;connexion, mot de passe;;31/12/2027"


def sheet(profile: Profile, *lines: str, head: str = HEAD) -> Sheet:
    return read("\r\n".join((head, *lines)).encode(), profile, TODAY)


def test_a_good_row_is_kept_as_the_table_has_it(profile: Profile) -> None:
    found = sheet(profile, GOOD, "", ";;;;;;;;;")
    assert found.faults == ()
    assert found.rows == (
        {
            "article": "login",
            "lang": "fr",
            "title": "Se connecter",
            "link": "https://example.org/aide",
            "category": "",
            "motif": "",
            "tool": "notice",
            "keywords": "connexion, mot de passe",
            "summary": "",
            "expires": "2027-12-31",
        },
    )


@pytest.mark.parametrize(
    ("written", "column"),
    [
        (GOOD.replace("login", "Log in", 1), "id"),
        (GOOD.replace(";fr;", ";it;"), "lang"),
        (GOOD.replace("Se connecter", ""), "title"),
        (GOOD.replace("https://example.org/aide", "www.example.org"), "link"),
        (GOOD.replace(";notice;", ";;"), "motif"),
        (GOOD.replace(";notice;", ";nothing;"), "tool"),
        (GOOD.replace("connexion, mot de passe", "?!,"), "keywords"),
        (GOOD.replace("31/12/2027", "31/02/2027"), "expires"),
        (GOOD.replace("31/12/2027", "soon"), "expires"),
        (GOOD.replace("31/12/2027", "2025-12-31"), "expires"),
        (GOOD.replace("Se connecter", "x" * 201), "title"),
    ],
)
def test_each_fault_names_its_cell_and_the_mend(profile: Profile, written: str, column: str) -> None:
    found = sheet(profile, GOOD, written.replace("login;", "other;", 1))
    assert [(one.row, one.column) for one in found.faults] == [(3, column)]
    assert all(one.cause and one.mend for one in found.faults)


def test_an_article_stands_there_once_in_each_language(profile: Profile) -> None:
    found = sheet(profile, GOOD, GOOD.replace(";fr;", ";de;"), GOOD)
    assert [(one.row, one.column, one.cause) for one in found.faults] == [
        (4, "id", "row 2 has this id and language too")
    ]


def test_what_the_profile_has_is_changed_there(profile: Profile) -> None:
    own = profile.articles[0]
    [fault] = sheet(profile, GOOD.replace("login", own.id).replace(";fr;", f";{own.lang};")).faults
    assert (fault.row, fault.column) == (2, "id")


def test_columns_are_known_by_their_titles_in_any_order(profile: Profile) -> None:
    found = sheet(profile, "notice,login,fr,Aide,https://example.org/a", head="Outil,Identifiant,Langue,Titre,Lien")
    assert found.faults == ()
    assert [(row["article"], row["tool"]) for row in found.rows] == [("login", "notice")]


def test_a_column_that_lacks_is_named(profile: Profile) -> None:
    assert [(one.row, one.column) for one in sheet(profile, head="id;lang;title").faults] == [(1, "link")]


def test_what_windows_writes_is_read(profile: Profile) -> None:
    body = f"{HEAD}\r\n{GOOD}".replace("Se connecter", "Accéder").encode("cp1252")
    assert read(body, profile, TODAY).rows[0]["title"] == "Accéder"


def test_a_workbook_is_read(profile: Profile) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet()
    for row, line in enumerate((HEAD, GOOD)):
        for column, cell in enumerate(line.split(";")):
            page.write_string(row, column, cell)
    book.close()
    assert read(buffer.getvalue(), profile, TODAY) == sheet(profile, GOOD)


@pytest.mark.parametrize("body", [b"PK\x03\x04 but no workbook", b"\0\1\2", b"x" * 30_000_000])
def test_what_is_no_sheet_is_refused(profile: Profile, body: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(body, profile, TODAY)


def test_an_export_is_read_in_again_and_holds_no_formula(profile: Profile) -> None:
    rows = sheet(profile, GOOD.replace("Se connecter", "'=1+1")).rows
    written = as_csv([SimpleNamespace(**row) for row in rows])
    assert written.splitlines()[0].removeprefix("\ufeff") == ";".join(COLUMNS)
    assert ";'=1+1;" in written
    assert read(written.encode(), profile, TODAY).rows == rows
