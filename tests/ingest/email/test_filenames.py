import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.email.filenames import harmless_filename
from tests.ingest.email.storability import assert_filename


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plan détaillé.pdf", "plan détaillé.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\cmd.exe", "cmd.exe"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ("a\r\nb\x00.pdf", "a b.pdf"),
        ("CON.txt", "_CON.txt"),
        ("aux", "_aux"),
        (".htaccess", "htaccess"),
        ("..", "file.bin"),
        ("", "file.bin"),
        ("a:b?.txt", "a_b_.txt"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("dossier/", "dossier"),
    ],
)
def test_names_from_strangers(name: str, expected: str) -> None:
    assert harmless_filename(name, "file.bin") == expected


@given(st.text(st.characters(categories=None), max_size=300))
@example("../../etc/passwd\0\u202egnp.exe")
def test_any_name_becomes_harmless(name: str) -> None:
    assert_filename(harmless_filename(name, "file.bin"))
