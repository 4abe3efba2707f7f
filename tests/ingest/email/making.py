"""Raw mails for tests, put together from a few lines."""

import base64

MINIMAL = b"From: a@example.org\r\nTo: aide@example.be\r\nSubject: test\r\nMessage-ID: <1@example.org>\r\n"
TNEF_HEAD = (0x223E9F78).to_bytes(4, "little") + b"\x01\x00"


def fields(*lines: bytes, body: bytes = b"Bonjour\r\n") -> bytes:
    return MINIMAL + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


def text(body: bytes, content_type: bytes = b"text/plain; charset=utf-8", encoding: bytes = b"8bit") -> bytes:
    return fields(b"Content-Type: " + content_type, b"Content-Transfer-Encoding: " + encoding, body=body)


def html(body: bytes) -> bytes:
    return text(body, b"text/html; charset=utf-8")


def multipart(*parts: bytes, subtype: bytes = b"mixed", end: bytes = b"--b--\r\n") -> bytes:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + end
    return fields(b"Content-Type: multipart/" + subtype + b'; boundary="b"', body=body)


def attachment(disposition: bytes, content: bytes = b"aGVsbG8=") -> bytes:
    head = b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: "
    return multipart(b"Content-Type: text/plain\r\n\r\nBonjour", head + disposition + b"\r\n\r\n" + content)


def charset(name: bytes, body: bytes) -> bytes:
    return text(body, b"text/plain; charset=" + name)


def nested(depth: int, subtype: bytes = b"mixed") -> bytes:
    head = b"".join(
        b"Content-Type: multipart/%s; boundary=b%d\r\n\r\n--b%d\r\n" % (subtype, n, n) for n in range(depth)
    )
    return MINIMAL + head + b"Content-Type: text/plain\r\n\r\nau fond\r\n"


def tnef(content: bytes) -> bytes:
    encoded = base64.encodebytes(content)
    head = b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return multipart(b"Content-Type: text/plain\r\n\r\nBonjour", head + encoded)


def tnef_object(level: int, name: int, kind: int, data: bytes) -> bytes:
    head = bytes([level]) + name.to_bytes(2, "little") + kind.to_bytes(2, "little") + len(data).to_bytes(4, "little")
    return head + data + (sum(data) & 0xFFFF).to_bytes(2, "little")
