"""Seeded mutations of raw mails, as a broken relay, a cut connection or a malicious hand would make them."""

import random
from collections.abc import Callable, Sequence

_TOKENS = (
    b"\x00", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\r\n ", b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\xae",
    b"\xcc\x81" * 9, b"=?utf-8?q?=C3?=", b"=?utf-8?b?////?=", b"=?utf-7?q?+2AA-?=", b"=?idna?q?..?=",
    b"=?x?q?=0D=0AX:_y?=", b"?=", b"=?", b"--", b"--b", b"--b--", b"\r\n--b\r\n", b"boundary=b", b'boundary="',
    b";", b'"', b"\\", b"(", b")", b"<", b">", b"@", b",", b":", b"charset=utf-16", b"charset=punycode",
    b"charset=utf-7", b"charset=unicode_escape", b"charset=\xff", b"filename*0*=%00", b"filename*9999=x",
    b"name=../../x", b"name=CON", b"\r\nContent-Type: multipart/mixed; boundary=b\r\n",
    b"\r\nContent-Type: text/html\r\n", b"\r\nContent-Type: message/rfc822\r\n\r\n",
    b"\r\nContent-Transfer-Encoding: base64\r\n", b"\r\nContent-Transfer-Encoding: quoted-printable\r\n",
    b"\r\nContent-Transfer-Encoding: x-uuencode\r\n", b"\r\nContent-Disposition: attachment; filename=",
    b"\r\nDate: Mon, 99 Xyz 99999 99:99:99 +9999\r\n", b"begin 644 ../x\r\n", b"\r\nend\r\n", b"<div>",
    b"<blockquote>", b"<!--", b"<a ", b"&#xD800;", b"<pre>",
)  # fmt: skip

Mutation = Callable[[random.Random, bytearray, Sequence[bytes]], None]


def mutated(rng: random.Random, corpus: Sequence[bytes]) -> bytes:
    """One mail of the corpus with one to eight mutations."""
    mail = bytearray(rng.choice(corpus))
    for _ in range(rng.randint(1, 8)):
        rng.choice(_MUTATIONS)(rng, mail, corpus)
    return bytes(mail)


def _place(rng: random.Random, mail: bytearray) -> int:
    """Half of the time near the beginning, where the header is."""
    return rng.randrange(min(len(mail), 1_500) + 1) if rng.random() < 0.5 else rng.randrange(len(mail) + 1)


def _insert_token(rng: random.Random, mail: bytearray, _: Sequence[bytes]) -> None:
    at = _place(rng, mail)
    mail[at:at] = rng.choice(_TOKENS) * rng.choice((1, 1, 1, 2, 40))


def _overwrite(rng: random.Random, mail: bytearray, _: Sequence[bytes]) -> None:
    at = _place(rng, mail)
    mail[at : at + rng.randint(1, 4)] = rng.randbytes(rng.randint(1, 4))


def _flip_bit(rng: random.Random, mail: bytearray, _: Sequence[bytes]) -> None:
    at = _place(rng, mail)
    if at < len(mail):
        mail[at] ^= 1 << rng.randrange(8)


def _delete(rng: random.Random, mail: bytearray, _: Sequence[bytes]) -> None:
    at = _place(rng, mail)
    del mail[at : at + rng.choice((1, 2, 10, 200))]


def _repeat(rng: random.Random, mail: bytearray, _: Sequence[bytes]) -> None:
    at = _place(rng, mail)
    mail[at:at] = mail[at : at + rng.randint(1, 80)] * rng.choice((1, 2, 30))


def _truncate(rng: random.Random, mail: bytearray, _: Sequence[bytes]) -> None:
    del mail[_place(rng, mail) :]


def _splice(rng: random.Random, mail: bytearray, corpus: Sequence[bytes]) -> None:
    other = rng.choice(corpus)
    begin = rng.randrange(len(other) + 1)
    at = _place(rng, mail)
    mail[at:at] = other[begin : begin + rng.choice((20, 300, 3_000))]


def _swap_line_ends(rng: random.Random, mail: bytearray, _: Sequence[bytes]) -> None:
    mail[:] = mail.replace(*rng.choice(((b"\r\n", b"\n"), (b"\r\n", b"\r"), (b"\n", b"\r\n"), (b"\r\n", b"\r\r\n"))))


_MUTATIONS: tuple[Mutation, ...] = (
    _insert_token, _insert_token, _insert_token, _overwrite, _flip_bit, _delete, _repeat, _splice, _truncate,
    _swap_line_ends,
)  # fmt: skip
