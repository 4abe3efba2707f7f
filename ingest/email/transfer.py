"""Content-Transfer-Encoding (RFC 2045 section 6), forgiving: what cannot be decoded is kept as it is."""

import binascii

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NO_RUBBISH = _ALPHABET + b"-_\t\r\n"
_SAMPLE_BYTES = 4_096
_NOT_IN_ALPHABET = bytes(set(range(256)) - set(_ALPHABET))


def decode_transfer(data: bytes, encoding: str) -> bytes:
    """The content of a part's body."""
    match encoding.strip().lower():
        case "base64":
            return data if _is_not_base64(data) else base64_bytes(data)
        case "quoted-printable":
            return binascii.a2b_qp(data)
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return uuencoded_bytes(data.splitlines())
        case _:
            return data


def base64_bytes(data: bytes) -> bytes:
    """Base64 as it comes in mail: foreign characters skipped, padding mended, a cut end dropped."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        letters = data.translate(None, _NOT_IN_ALPHABET).replace(b"=", b"")
        usable = len(letters) - (len(letters) % 4 == 1)
        return binascii.a2b_base64(letters[:usable] + b"=" * (-usable % 4))


def uuencoded_bytes(lines: list[bytes]) -> bytes:
    """The file between `begin` and `end`; a line that is damaged is cut to what its length byte allows."""
    out: list[bytes] = []
    for line in lines:
        if line.startswith((b"begin ", b"end")) or not line.strip():
            continue
        out.append(_uu_line(line))
    return b"".join(out)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:wanted])
        except binascii.Error:
            return b""


def _is_not_base64(data: bytes) -> bool:
    """Plain text under a false label: more than a tenth of its beginning, spaces included, is no base64."""
    beginning = data[:_SAMPLE_BYTES]
    return len(beginning.translate(None, _NO_RUBBISH)) * 10 > len(beginning)
