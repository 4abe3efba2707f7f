"""Signatures, against the vectors of the provider's page."""

import hashlib

from app.demo.telephone import signer

FIELDS = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675310"),
    ("Digits", "1234"),
    ("From", "+14158675310"),
    ("To", "+18005551212"),
]
URL = "https://example.com/myapp.php?foo=1&bar=2"


def test_the_published_vector() -> None:
    assert signer.signature("12345", URL, FIELDS) == "L/OH5YylLD5NRKLltdqwSvS0BnU="


def test_the_order_of_the_fields_does_not_matter() -> None:
    assert signer.signature("12345", URL, FIELDS[::-1]) == signer.signature("12345", URL, FIELDS)


def test_user_fragment_and_https_port_are_not_signed() -> None:
    assert signer.signed_url("https://a:b@example.com:8443/x?y=1#rc=2") == "https://example.com/x?y=1"
    assert signer.signed_url("http://example.com:8080/x") == "http://example.com:8080/x"
    assert signer.signed_url("https://[::1]:8443/x") == "https://[::1]/x"


def test_a_shared_key_signs_with_sha256_and_names_itself() -> None:
    found = signer.shared_key_headers("k1", "secret", URL, FIELDS)
    assert found["X-Twilio-Webhooks-Signature-Settings"] == "key=k1,algorithm=HMAC_SHA256"
    assert found["X-Twilio-Signature"] == signer.signature("secret", URL, FIELDS, "sha256")
    assert found["X-Twilio-Signature"] != signer.signature("secret", URL, FIELDS)


def test_a_json_request_carries_the_hash_of_its_body() -> None:
    digest = hashlib.sha256(b"{}").hexdigest()
    assert signer.with_body_hash("https://example.com/x", b"{}") == f"https://example.com/x?bodySHA256={digest}"
    assert signer.with_body_hash(URL, b"{}") == f"{URL}&bodySHA256={digest}"
