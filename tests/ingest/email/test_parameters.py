import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.email.parameters import media_type, parse_parameters
from tests.ingest.email.storability import assert_line


@pytest.mark.parametrize(
    ("value", "word", "parameters"),
    [
        ("Text/Plain", "text/plain", {}),
        ('text/plain; charset="utf-8"; format=flowed', "text/plain", {"charset": "utf-8", "format": "flowed"}),
        ('attachment; filename="a;b\\"c.pdf"', "attachment", {"filename": 'a;b"c.pdf'}),
        ("attachment; filename*=utf-8'fr'd%C3%A9j%C3%A0.pdf", "attachment", {"filename": "déjà.pdf"}),
        ("attachment; filename*=%E9t%E9.pdf", "attachment", {"filename": "été.pdf"}),
        ("attachment; filename*1=b.pdf; filename*0=a", "attachment", {"filename": "ab.pdf"}),
        (
            "attachment; filename*0*=iso-8859-1''d%E9; filename*1*=j%E0; filename*2=.pdf",
            "attachment",
            {"filename": "déjà.pdf"},
        ),
        ("attachment; filename==?utf-8?q?=C3=A9t=C3=A9?=", "attachment", {"filename": "été"}),
        ("attachment; filename=\xe9t\xe9", "attachment", {"filename": "été"}),
        ("attachment; filename=a; filename=b", "attachment", {"filename": "a"}),
    ],
)
def test_parameters(value: str, word: str, parameters: dict[str, str]) -> None:
    assert parse_parameters(value) == (word, parameters)


def test_rubbish_is_no_media_type() -> None:
    assert media_type("text", "text/plain") == "text/plain"
    assert media_type("a/b/c", "text/plain") == "text/plain"
    assert media_type("application/pdf", "text/plain") == "application/pdf"


@given(st.text(st.characters(max_codepoint=0xFF), max_size=300))
def test_any_value_gives_lines(value: str) -> None:
    for parameter in parse_parameters(f"a/b; {value}")[1].values():
        assert_line(parameter)
