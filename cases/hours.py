"""Opening hours as the profile writes them; `cases.clock` computes with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_STRICT = {"strict": True, "extra": "forbid"}

Spans = tuple[str, ...]
"""Half-open spans of one day in local time, such as ("08:30-12:00", "13:00-17:00"); `24:00` ends a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When somebody is there. `week` is by `mon` to `sun`; a day that is not named is closed.

    `holidays` is the country whose public holidays are kept (ISO 3166, '' for none). `closed` are further days, once
    (`2026-12-24`) or each year (`09-27`). `exceptions` replace a day's spans, holiday or not (`2026-12-05`).
    """

    __pydantic_config__ = _STRICT
    week: Mapping[str, Spans]
    holidays: str = "BE"
    closed: tuple[str, ...] = ()
    exceptions: Mapping[str, Spans] = field(default_factory=dict)
