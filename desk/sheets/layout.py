"""What the workbook of calls looks like, in four languages: a sheet made in one is read by readers of another."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from cases.logged import NO_TOOL, Field, Outcome
from cases.profile import Profile
from desk.words import LANGUAGES, Words, catalogue

LARGEST_FILE = 2_000_000
MAX_CALLS = 5_000
HEADER_ROW = 3
"""The row of the columns' titles, counted from 1; the title and the legend stand above."""
FIRST_ROW = HEADER_ROW + 1
LAST_ROW = HEADER_ROW + MAX_CALLS
CHOSEN = (Field.MOTIF, Field.TOOL, Field.OUTCOME, Field.LANG)
"""The columns with a list to choose from."""


@dataclass(frozen=True)
class Layout:
    """The titles and the lists of one service, in one reader's language."""

    profile: Profile
    lang: str

    @property
    def t(self) -> Words:
        return Words(self.lang, ZoneInfo(self.profile.timezone))

    def title(self, field: Field) -> str:
        return self.t(f"logged.field.{field}")

    def choices(self, field: Field) -> dict[str, str]:
        """What can be chosen in a column: id -> label."""
        return choices(self.profile, field, self.lang)


def choices(profile: Profile, field: Field, lang: str) -> dict[str, str]:
    """The ids of a column and their labels in that language."""
    texts = catalogue(lang)
    match field:
        case Field.MOTIF:
            return {one.id: one.labels.get(lang, one.id) for one in profile.motifs}
        case Field.TOOL:
            none = {NO_TOOL: texts["route.no_tool"]}
            return {one.id: one.labels.get(lang, one.id) for one in profile.tools} | none
        case Field.OUTCOME:
            return {str(one): texts[f"logged.outcome.{one}"] for one in Outcome}
        case Field.LANG:
            return {code: texts[f"lang.{code}"] for code in profile.languages}
        case _:
            return {}


def by_title() -> Mapping[str, Field]:
    """The field of a column's title in any language, as `fold` writes it."""
    return {fold(catalogue(lang)[f"logged.field.{field}"]): field for lang in LANGUAGES for field in Field}


def by_label(profile: Profile, field: Field) -> Mapping[str, str]:
    """The id of a label in any language, as `fold` writes it; an id stands for itself."""
    labels = {fold(label): one for lang in LANGUAGES for one, label in choices(profile, field, lang).items()}
    return labels | {fold(one): one for one in choices(profile, field, profile.default_language)}


def fold(text: str) -> str:
    """A title or label without what people vary: case, blanks around it, the star of a required column."""
    return text.strip().rstrip("*").strip().casefold()
