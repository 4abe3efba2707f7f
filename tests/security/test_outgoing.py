"""What somebody wrote is text wherever it leaves: in a mail, in a workbook."""

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest

from desk.sheets.layout import Layout
from desk.sheets.write import workbook
from notify.html import page
from notify.layout import blocks
from tests.desk.sheets.test_workbook import CALL
from tests.profiles import shipped

MARKED = '<script>alert(1)</script> & <a href="https://evil.example.org">Bonjour</a>'


def test_what_somebody_wrote_is_text_in_every_face_of_a_mail() -> None:
    shown = page("fr", MARKED, blocks(f"Vous avez écrit :\n\n{MARKED}\n\n> {MARKED}\n\nLe service"), ())
    assert "<script>" not in shown
    assert "<a href" not in shown
    assert shown.count("&lt;script&gt;") == 3


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(1)", '=HYPERLINK("https://evil.example.org")'])
def test_a_workbook_of_calls_holds_no_formula_of_a_caller(formula: str) -> None:
    profile = shipped()
    body = workbook(Layout(profile, "fr"), [(replace(CALL, reason=formula, name=formula), "MPA-26-00001")], 2026)
    with ZipFile(BytesIO(body)) as archive:
        calls = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in calls
