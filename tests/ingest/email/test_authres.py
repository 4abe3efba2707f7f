"""Authentication-Results: what real borders write, what forgers write, and any text at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.event import Dmarc
from ingest.email.authres import read, trusted
from ingest.email.parsed import ParsedMail

OPENDMARC = "mx.example.org; dmarc=pass (p=none dis=none) header.from=staff.example.be"
GMAIL = (
    "mx.google.example; dkim=pass header.i=@staff.example.be header.s=s1 header.b=abc; spf=pass (google.example: domain"
    " of a@staff.example.be designates 192.0.2.1 as permitted sender) smtp.mailfrom=a@staff.example.be;"
    " dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=staff.example.be"
)
MICROSOFT = (
    "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=staff.example.be; dkim=pass (signature was verified)"
    " header.d=staff.example.be;dmarc=pass action=none header.from=staff.example.be;compauth=pass reason=100"
)


@pytest.mark.parametrize(
    ("value", "authserv_id", "verdict"),
    [
        (OPENDMARC, "mx.example.org", Dmarc.PASS),
        (GMAIL, "mx.google.example", Dmarc.PASS),
        (MICROSOFT, "", Dmarc.PASS),
        (
            'mx.example.org 1; dmarc=fail reason="bad; policy=pass" header.from=staff.example.be',
            "mx.example.org",
            Dmarc.FAIL,
        ),
        ("MX.Example.Org; DMARC = Fail", "mx.example.org", Dmarc.FAIL),
        ('"mx.example.org"; dmarc/1 = pass', "mx.example.org", Dmarc.PASS),
        ("mx.example.org; dmarc=none", "mx.example.org", Dmarc.NONE),
        ("mx.example.org; dmarc=temperror", "mx.example.org", Dmarc.NONE),
        ("mx.example.org; none", "mx.example.org", Dmarc.NONE),
        ("mx.example.org (dmarc=pass); none", "mx.example.org", Dmarc.NONE),
        ("mx.example.org (a (nested; dmarc=pass) one); dmarc=fail", "mx.example.org", Dmarc.FAIL),
        ('mx.example.org; x=y reason="(not a comment"; dmarc=fail', "mx.example.org", Dmarc.FAIL),
        ("mx.example.org; dmarc=pass header.from=other.example.com", "mx.example.org", Dmarc.NONE),
        ("", "", Dmarc.NONE),
    ],
)
def test_the_verdict_is_that_of_the_method_for_the_from_domain(value: str, authserv_id: str, verdict: Dmarc) -> None:
    results = read(value)
    assert results.authserv_id == authserv_id
    assert results.dmarc("staff.example.be") is verdict


@pytest.mark.parametrize(
    ("value", "passed"),
    [
        ("mx; dkim=pass header.d=staff.example.be", True),
        ("mx; dkim=pass header.d=mail.staff.example.be", True),
        ("mx; dkim=pass header.i=@staff.example.be", True),
        ("mx; spf=pass smtp.mailfrom=a@staff.example.be", True),
        ("mx; spf=pass smtp.mailfrom=staff.example.be", True),
        ("mx; dkim=fail header.d=staff.example.be", False),
        ("mx; dkim=pass header.d=evil.example.com", False),
        ("mx; dkim=pass header.d=notstaff.example.be", False),
        ("mx; spf=pass smtp.helo=staff.example.be", False),
        ("mx; spf=softfail smtp.mailfrom=a@staff.example.be", False),
        ("mx; arc=pass header.d=staff.example.be", False),
    ],
)
def test_dkim_and_spf_count_where_they_passed_for_the_domain(value: str, passed: bool) -> None:
    assert read(value).passed_for("staff.example.be") is passed


def mail(*values: str) -> ParsedMail:
    return ParsedMail(headers=tuple(("authentication-results", value) for value in values))


def test_only_the_topmost_field_of_our_own_border_is_believed() -> None:
    ours, theirs = "mx.example.org; dmarc=pass", "mx.evil.example; dmarc=pass"
    assert trusted(mail(ours, theirs), ["mx.example.org"]) == read(ours)
    assert trusted(mail(theirs, ours), ["mx.example.org"]) is None
    assert trusted(mail(ours), ()) is None
    assert trusted(mail(), ["mx.example.org"]) is None


PIECES = st.sampled_from(["mx", ";", "=", ".", '"', "\\", "(", ")", " ", "dmarc", "pass", "header.from", "\u0000", "é"])


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_no_text_raises(value: str) -> None:
    results = read(value)
    assert results.dmarc("example.org") in Dmarc
    assert results.passed_for("example.org") in (True, False)
