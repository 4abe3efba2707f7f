"""Only Twilio is believed, and only about our account."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.voice.twilio.account import Account
from ingest.voice.twilio.signature import Received, RefusedError, Signatures

SID = "AC00000000000000000000000000000001"
TOKEN = "a token of the tests"
NEXT = "the token that replaces it"
SECRET = "a shared secret"
PUBLIC = "https://phone.example.org"
PATH = "/voice/twilio/incoming"
FORM = "application/x-www-form-urlencoded"
FIELDS = {"AccountSid": SID, "CallSid": "CA01", "From": "+32470001234", "To": "+3281001718", "CallerName": ""}


def sign(url: str, fields: dict[str, str], token: str = TOKEN, algorithm: Any = hashlib.sha1) -> str:
    """Independent of the package: as twilio.com/docs/usage/security words it."""
    text = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), algorithm).digest()).decode()


def signatures(public_url: str = PUBLIC, sid: str = SID) -> Signatures:
    account = Account(sid=sid, tokens=(TOKEN, NEXT), shared_keys={"key_1": SECRET, "key_2": "another"})
    return Signatures(account, public_url)


def received(
    fields: dict[str, str] | bytes,
    signature: str,
    path: str = "/voice/twilio/incoming",
    query: str = "",
    **headers: str,
) -> Received:
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    named = {"content-type": FORM, "x-twilio-signature": signature} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return Received(
        path=path.encode(),
        query=query.encode(),
        headers={name: [value] for name, value in named.items()},
        body=body,
    )


def refused(request: Received, by: Signatures | None = None) -> str:
    with pytest.raises(RefusedError) as error:
        (by or signatures()).fields(request)
    return str(error.value)


URL = PUBLIC + PATH


def test_the_published_vector_is_accepted() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    request = received(fields, "L/OH5YylLD5NRKLltdqwSvS0BnU=", "/myapp.php", "foo=1&bar=2")
    checker = Signatures(Account(sid=SID, tokens=("12345",)), "https://example.com")
    assert refused(request, checker) == "the account is not ours"  # the signature held; the vector names no account
    tampered = received(fields | {"Digits": "1235"}, "L/OH5YylLD5NRKLltdqwSvS0BnU=", "/myapp.php", "foo=1&bar=2")
    assert refused(tampered, checker) == "the signature is wrong"


def test_every_field_comes_back_blank_ones_and_unknown_ones_too() -> None:
    fields = FIELDS | {"SomethingNew": " é+&= ", "Digits": ""}
    assert signatures().fields(received(fields, sign(URL, fields))) == fields


@pytest.mark.parametrize("token", [TOKEN, NEXT])
def test_both_tokens_hold_while_one_replaces_the_other(token: str) -> None:
    assert signatures().fields(received(FIELDS, sign(URL, FIELDS, token))) == FIELDS


@pytest.mark.parametrize(
    ("public_url", "signed"),
    [
        (PUBLIC, f"{PUBLIC}:443"),
        (f"{PUBLIC}:443", PUBLIC),
        (f"{PUBLIC}:8443", PUBLIC),
        (f"{PUBLIC}/", PUBLIC),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://phone.example.org", "http://phone.example.org:80"),
        (f"{PUBLIC}/helpdesk", f"{PUBLIC}/helpdesk"),
    ],
)
def test_with_and_without_the_port(public_url: str, signed: str) -> None:
    request = received(FIELDS, sign(f"{signed}/voice/twilio/incoming", FIELDS))
    assert signatures(public_url).fields(request) == FIELDS


@pytest.mark.parametrize(
    ("path", "query"), [("/voice/twilio/step/3", ""), ("/voice/%C3%A9/a%2Fb", ""), ("/voice/x", "b=2&a=%20+&c=")]
)
def test_path_and_query_are_signed_as_they_were_sent(path: str, query: str) -> None:
    url = f"{PUBLIC}{path}" + (f"?{query}" if query else "")
    assert signatures().fields(received(FIELDS, sign(url, FIELDS), path, query)) == FIELDS
    assert refused(received(FIELDS, sign(url, FIELDS), path + "0", query)) == "the signature is wrong"


def test_what_a_proxy_says_of_the_address_is_not_heard() -> None:
    forged = sign("https://evil.example.org/voice/twilio/incoming", FIELDS)
    request = received(FIELDS, forged, host="evil.example.org", x_forwarded_host="evil.example.org")
    assert refused(request) == "the signature is wrong"


@pytest.mark.parametrize("signature", ["", "é", "AAAA", "L/OH5YylLD5NRKLltdqwSvS0BnU=", "=" * 28])
def test_a_forged_signature_is_refused(signature: str) -> None:
    assert "signature" in refused(received(FIELDS, signature))


def test_a_changed_an_added_and_a_dropped_field_are_refused() -> None:
    signature = sign(URL, FIELDS)
    for changed in (FIELDS | {"From": "+32470001235"}, FIELDS | {"Digits": "1"}, {"AccountSid": SID}):
        assert refused(received(changed, signature)) == "the signature is wrong"


def test_a_field_that_is_there_twice_is_refused_though_the_package_would_not_see_it() -> None:
    body = urlencode([*FIELDS.items(), ("CallSid", "CA01")]).encode()
    assert refused(received(body, sign(URL, FIELDS))) == "a field is there twice"


@pytest.mark.parametrize("sid", ["AC00000000000000000000000000000002", ""])
def test_another_account_is_refused(sid: str) -> None:
    fields = FIELDS | {"AccountSid": sid}
    assert refused(received(fields, sign(URL, fields))) == "the account is not ours"
    assert refused(received(fields, sign(URL, fields)), signatures(sid="")) == "the account is not ours"


def test_a_shared_key_signs_with_sha_256() -> None:
    signature = sign(URL, FIELDS, SECRET, hashlib.sha256)
    request = received(FIELDS, signature, x_twilio_webhooks_signature_settings="key=key_1,algorithm=HMAC_SHA256")
    assert signatures().fields(request) == FIELDS


@pytest.mark.parametrize(
    ("settings", "token", "algorithm"),
    [
        ("key=key_2,algorithm=HMAC_SHA256", SECRET, hashlib.sha256),
        ("key=key_1,algorithm=HMAC_SHA1", SECRET, hashlib.sha1),
        ("key=key_1", SECRET, hashlib.sha1),
        ("key=none,algorithm=HMAC_SHA256", SECRET, hashlib.sha256),
        ("algorithm=HMAC_SHA256", TOKEN, hashlib.sha256),
        ("key=,algorithm=HMAC_SHA256", TOKEN, hashlib.sha256),
        ("key=key_1,algorithm=HMAC_MD5", SECRET, hashlib.md5),
        ("nonsense", TOKEN, hashlib.sha1),
        ("key=key_1,algorithm=HMAC_SHA256", TOKEN, hashlib.sha256),
    ],
)
def test_the_key_decides_the_algorithm(settings: str, token: str, algorithm: Any) -> None:
    signature = sign(URL, FIELDS, token, algorithm)
    refused(received(FIELDS, signature, x_twilio_webhooks_signature_settings=settings))


def test_a_token_does_not_sign_with_sha_256_nor_a_shared_key_with_sha_1() -> None:
    refused(received(FIELDS, sign(URL, FIELDS, TOKEN, hashlib.sha256)))
    refused(received(FIELDS, sign(URL, FIELDS, SECRET)))


def test_a_header_that_is_there_twice_is_refused() -> None:
    whole = received(FIELDS, sign(URL, FIELDS))
    twice = Received(
        path=whole.path,
        query=whole.query,
        headers={**whole.headers, "x-twilio-signature": [sign(URL, FIELDS), "x"]},
        body=whole.body,
    )
    assert refused(twice) == "x-twilio-signature is there twice"


JSON = json.dumps({"AccountSid": SID, "CallSid": "CA01", "Seconds": 3}).encode()


def hashed(body: bytes) -> str:
    return f"bodySHA256={hashlib.sha256(body).hexdigest()}"


def test_json_is_read_where_the_address_holds_its_hash() -> None:
    request = received(JSON, sign(f"{URL}?{hashed(JSON)}", {}), query=hashed(JSON), content_type="application/json")
    assert signatures().fields(request) == {"AccountSid": SID, "CallSid": "CA01", "Seconds": "3"}


@pytest.mark.parametrize(
    ("body", "query"),
    [
        (JSON, ""),
        (JSON, hashed(b"{}")),
        (JSON, "bodySHA256="),
        (JSON, "bodySHA256=%C3%A9"),
        (JSON, f"{hashed(JSON)}&{hashed(JSON)}"),
        (b"[]", hashed(b"[]")),
        (b"\xff", hashed(b"\xff")),
        (b"[" * 20_000, hashed(b"[" * 20_000)),
        (b"", hashed(b"")),
    ],
)
def test_json_without_its_hash_or_without_fields_is_refused(body: bytes, query: str) -> None:
    url = f"{URL}?{query}" if query else URL
    refused(received(body, sign(url, {}), query=query, content_type="application/json"))


def test_without_any_key_nothing_is_accepted() -> None:
    empty = Signatures(Account(sid=SID, tokens=("",), shared_keys={"key_1": ""}), PUBLIC)
    assert refused(received(FIELDS, sign(URL, FIELDS, "")), empty) == "the signature is wrong"


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(st.dictionaries(TEXT, TEXT, max_size=8))
def test_whatever_is_signed_comes_back_whole(fields: dict[str, str]) -> None:
    whole = fields | {"AccountSid": SID}
    assert signatures().fields(received(whole, sign(URL, whole))) == whole


@given(st.binary(max_size=200), st.binary(max_size=40), st.sampled_from([FORM, "application/json", "", "text/plain"]))
def test_whatever_is_not_signed_is_refused_and_nothing_worse(body: bytes, path: bytes, content_type: str) -> None:
    refused(
        Received(
            path=path,
            query=path,
            headers={"content-type": [content_type], "x-twilio-signature": [path.decode("latin-1") or "x"]},
            body=body,
        )
    )
