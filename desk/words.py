"""The desk's words in each language: one TOML file per language, every key in all of them (a test keeps it so)."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - `date` is a method here
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cases.profile import Labels

LANGUAGES = ("fr", "de", "nl", "en")
FOLDER = Path(__file__).parent / "texts"


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """The texts of one language by dotted key."""
    return dict(_flat(tomllib.loads((FOLDER / f"{lang}.toml").read_text(encoding="utf-8")), ""))


def _flat(table: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        found += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)]
    return found


def preferred(accepted: str, default: str, known: Sequence[str] = LANGUAGES) -> str:
    """The best of the known languages for an Accept-Language field (RFC 9110 12.5.4), or the default."""
    weighed = []
    for position, part in enumerate(accepted.split(",")[:20]):
        tag, _, parameter = part.strip().partition(";")
        lang = tag.partition("-")[0].lower()
        if lang in known:
            weighed.append((-_quality(parameter), position, lang))
    return min(weighed)[2] if weighed and min(weighed)[0] < 0 else default


def _quality(parameter: str) -> float:
    _, _, value = parameter.strip().partition("q=")
    try:
        return float(value) if value else 1.0
    except ValueError:
        return 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """One reader's language and clock."""

    lang: str
    zone: ZoneInfo

    def __call__(self, key: str, **values: Any) -> str:
        """The text under a key. Raises KeyError: a missing text is a fault of ours."""
        return catalogue(self.lang)[key].format(**values)

    def maybe(self, key: str, otherwise: str) -> str:
        """The text under a key that comes from data, or the data itself where nobody has put it in words yet."""
        return catalogue(self.lang).get(key, otherwise)

    def count(self, key: str, number: int) -> str:
        """A text that counts: `key.one` or `key.other`. French counts none as one."""
        return self.plural(key, number).format(n=number)

    def plural(self, key: str, number: int) -> str:
        """The same, where the number itself is shown apart."""
        one = number == 1 or (self.lang == "fr" and number == 0)
        return catalogue(self.lang)[f"{key}.one" if one else f"{key}.other"]

    def label(self, labels: Labels, otherwise: str) -> str:
        """A label of the profile in this language."""
        return labels.get(self.lang, otherwise)

    def date(self, at: datetime) -> str:
        return at.astimezone(self.zone).strftime(self("format.date"))

    def day(self, day: Day) -> str:
        return day.strftime(self("format.date"))

    def time(self, at: datetime) -> str:
        return at.astimezone(self.zone).strftime(self("format.time"))

    def moment(self, at: datetime) -> str:
        return f"{self.date(at)}, {self.time(at)}"

    def written(self, at: str) -> str:
        """A moment that a timeline's particulars hold as ISO 8601."""
        return self.moment(datetime.fromisoformat(at))

    def size(self, number: int) -> str:
        """Bytes for people: 999, then kB and MB of a thousand (IEC 80000-13)."""
        for unit, step in (("mb", 1_000_000), ("kb", 1_000)):
            if number >= step:
                shown = f"{number / step:.1f}" if number < 10 * step else f"{number // step}"
                return self(f"size.{unit}", n=shown.replace(".", self("format.decimal")))
        return self("size.b", n=number)
