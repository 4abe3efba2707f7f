"""Bytes to text, whatever charset a mail claims: the declared one, then UTF-8, then windows-1252."""

import re
from encodings.aliases import aliases
from functools import lru_cache

# Names that mail programs use and Python does not know, and names whose real content is a superset (WHATWG Encoding).
_ALIASES = {
    "8bit": "",
    "ansi": "cp1252",
    "ansi_x3_110_1983": "cp1252",
    "ansi_x3_4_1968": "",
    "ascii": "",
    "cp874": "cp874",
    "default": "",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859_1": "cp1252",
    "iso_8859_8_e": "iso8859_8",
    "iso_8859_8_i": "iso8859_8",
    "koi8_u": "koi8_u",
    "ks_c_5601_1987": "cp949",
    "latin_1": "cp1252",
    "shift_jis": "cp932",
    "tis_620": "cp874",
    "uft8": "utf_8",
    "uft_8": "utf_8",
    "unicode_1_1_utf_7": "utf_7",
    "unicode_1_1_utf_8": "utf_8",
    "unknown": "",
    "unknown_8bit": "",
    "utf8mb4": "utf_8",
    "utf_8_sig": "utf_8",
    "windows_874": "cp874",
    "x_gbk": "gb18030",
    "x_mac_roman": "mac_roman",
    "x_sjis": "cp932",
    "x_unknown": "",
}
_NOT_A_CHARSET = {
    "",
    "base64_codec",
    "bz2_codec",
    "hex_codec",
    "mbcs",
    "quopri_codec",
    "rot_13",
    "uu_codec",
    "zlib_codec",
}
_CODECS = frozenset(aliases.values()) - _NOT_A_CHARSET
_ASCII_BENEATH = {"", "utf_8", "cp1252"}
_NAME_CHARS = 40
_SEPARATORS = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=256)
def codec_of(charset: str) -> str:
    """The Python codec for a charset name in a mail, or '' where it is none that we decode.

    Only the codecs of Python's own alias table are ever looked up: others (`punycode`, `idna`, `unicode_escape`,
    `undefined`, ...) are slow or raise, and a look-up of any name imports a module and remembers it for ever.
    """
    name = _SEPARATORS.sub("_", charset[:_NAME_CHARS].lower().partition("*")[0]).strip("_")
    if name in _ALIASES:
        return _ALIASES[name]
    codec = aliases.get(name, name)
    if codec in _ALIASES:
        return _ALIASES[codec]
    return codec if codec in _CODECS else ""


def decode(data: bytes, charset: str = "") -> str:
    """Text of `data`; never raises, loses nothing but bytes that no candidate can read."""
    if data.isascii() and codec_of(charset) in _ASCII_BENEATH:
        return data.decode("ascii")
    codecs = [codec for codec in dict.fromkeys((codec_of(charset), "utf_8")) if codec]
    for codec in codecs:
        text = _strict(data, codec)
        if text is not None:
            return text.removeprefix("\ufeff")
    return _damaged(data, codecs).removeprefix("\ufeff")


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (ValueError, LookupError):
        return None


def _damaged(data: bytes, codecs: list[str]) -> str:
    """A few bad bytes do not turn a whole UTF-8 mail into mojibake: most of it must be readable for that."""
    for codec in codecs:
        text = data.decode(codec, "replace")
        lost = text.count("\ufffd")
        if lost * 4 <= sum(not character.isascii() for character in text[:20_000]):
            return text
    return data.decode("cp1252", "replace")
