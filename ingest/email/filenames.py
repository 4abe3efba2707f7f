"""File names from strangers, made harmless (OWASP ASVS 5.3.2): shown and offered for download, never used as a path."""

import re

from ingest.email.storable import storable_line

FILENAME_CHARS = 120
_EXTENSION_CHARS = 16

# Bidirectional controls and invisible characters make "exe.pdf" out of "fdp.exe".
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_NOT_IN_WINDOWS_NAMES = re.compile(r'[<>:"|?*\\/]')
_WINDOWS_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|\s|$)", re.IGNORECASE)


def harmless_filename(name: str, default: str) -> str:
    """The last component of `name` without anything that a file system or a reader could be fooled by.

    At most `FILENAME_CHARS` characters, the extension kept; `default` where nothing is left.
    """
    name = _INVISIBLE.sub("", name[: 8 * FILENAME_CHARS])
    name = name.replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    name = _NOT_IN_WINDOWS_NAMES.sub("_", storable_line(name)).strip(". ")
    if _WINDOWS_DEVICE.match(name):
        name = f"_{name}"
    return _shortened(name) or default


def _shortened(name: str) -> str:
    if len(name) <= FILENAME_CHARS:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > _EXTENSION_CHARS:
        return name[:FILENAME_CHARS].rstrip(". ")
    return stem[: FILENAME_CHARS - len(extension) - 1].rstrip(". ") + dot + extension
