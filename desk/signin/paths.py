"""Where somebody goes after signing in: pages of ours, wherever they were sent from (no open redirect)."""

from urllib.parse import urlsplit

HOME = "/desk"
LONGEST = 2000
PLAIN = r"^[^\x00]*$"
"""What a database can be asked for: PostgreSQL refuses NUL."""


def own_path(text: str, otherwise: str = HOME) -> str:
    """That path with its query where it is one of ours, else another. Browsers read a backslash as a slash and leave
    control characters out (WHATWG URL 4.4), so neither may stand in it."""
    plain = len(text) <= LONGEST and text.isprintable() and "\\" not in text and not text.startswith("//")
    found = urlsplit(text) if plain and text.startswith("/") else None
    ours = found and not found.scheme and not found.netloc and not found.path.startswith("/desk/sign-")
    return text if ours else otherwise
