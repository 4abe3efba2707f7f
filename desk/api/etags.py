"""Entity tags as they are sent (RFC 9110 8.8.3): `"17-52-k3x9"`, of which an act looks at the version alone, 17. A
clock that ran out meanwhile is no reason to refuse it; so `"17"` is enough there."""

import re

from desk.api.problems import Problem, ProblemError

_TAGS = re.compile(r'\s*(?:(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*)?(?:,|$)')
_VERSION = re.compile(r"[0-9]{1,9}")


def version_tag(version: int) -> str:
    """What an act may be sent with once that version was seen."""
    return f'"{version}"'


def is_unchanged(if_none_match: str | None, tag: str) -> bool:
    """Whether whoever asks has that already: by weak comparison (RFC 9110 13.1.2)."""
    if not if_none_match:
        return False
    return if_none_match.strip() == "*" or tag.strip('"') in {opaque for _, opaque in _listed(if_none_match)}


def wanted_versions(if_match: str | None) -> tuple[int, ...] | None:
    """The versions of the case that an act is for, None for any (`*`); none at all where no tag can match: weak ones
    never do (RFC 9110 13.1.1). Raises ProblemError where nothing is said."""
    if if_match is None:
        mend = "get the case, and send its ETag as If-Match"
        raise ProblemError(Problem.VERSION_NEEDED, "there is no If-Match", mend)
    if if_match.strip() == "*":
        return None
    named = (opaque.partition("-")[0] for weak, opaque in _listed(if_match) if not weak)
    return tuple(int(one) for one in named if one.isascii() and _VERSION.fullmatch(one))


def _listed(field: str) -> list[tuple[str, str]]:
    """(weak, opaque tag) of each in the list; nothing of one that is no list of tags."""
    found, place = [], 0
    while place < len(field):
        match = _TAGS.match(field, place)
        if match is None:
            return []
        if match[2] is not None:
            found.append((match[1] or "", match[2]))
        place = match.end()
    return found
