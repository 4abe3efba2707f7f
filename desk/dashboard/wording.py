"""A review in one reader's words: labels and numbers, the same on screen, on paper and in a workbook."""

from datetime import date, timedelta

from cases.figures import Unit
from cases.levels import Level
from cases.monthly import Review
from cases.profile import Profile
from cases.tabled import Column, Kind, Row, Table
from desk.pages import Named
from desk.words import Words

NOTHING = "–"
MONTH = "%m/%Y"


def cut(share: float) -> float:
    """A share in percent with one decimal, cut: one that just misses its goal does not look met."""
    return int(1000 * share + 1e-9) / 10


class Wording:
    """The words of one service for one reader."""

    def __init__(self, profile: Profile, t: Words) -> None:
        self._profile = profile
        self._labels = Named(profile, t)
        self.t = t

    def heading(self, review: Review) -> str:
        """What it is about, and of which days: it is a review only of a month."""
        is_month = review.first.day == 1 and (review.last + timedelta(days=1)).day == 1
        return f"{self.t('monthly.title' if is_month else 'dashboard.title')} – {self.period(review)}"

    def period(self, review: Review) -> str:
        if review.first == review.last:
            return self.t.day(review.first)
        return self.t("monthly.period", first=self.t.day(review.first), last=self.t.day(review.last))

    def title(self, table: Table) -> str:
        return self.t(f"monthly.table.{table.name}.title")

    def lead(self, table: Table) -> str:
        return self.t(f"monthly.table.{table.name}.lead")

    def first(self, table: Table) -> str:
        """The head of the column of labels."""
        return self.t(f"monthly.row.{table.rows[0].kind if table.rows else Kind.WORD}")

    def column(self, column: Column) -> str:
        if column.kind:
            return self._named(column.kind, column.name)
        name = column.name
        found = self.t.maybe(f"monthly.column.{name}", "") or self.t.maybe(f"channel.{name}", "")
        return found or self.t.maybe(f"fate.{name}.other", "") or self._call(name)

    def _call(self, name: str) -> str:
        return self.t.maybe(f"call_fate.{name.removeprefix('call_')}.other", name)

    def label(self, row: Row) -> str:
        """What a row is about; an id that the profile no longer has stands for itself."""
        return self._named(row.kind, row.id)

    def _named(self, kind: Kind, identity: str) -> str:
        match kind:
            case Kind.DAY:
                return self.t.day(date.fromisoformat(identity))
            case Kind.MONTH:
                return date.fromisoformat(identity).strftime(MONTH)
            case Kind.HOUR:
                return self.t("monthly.hour", h=int(identity))
            case Kind.TOPIC:
                tool, motif = identity.split("/")
                return f"{self._named(Kind.TOOL, tool)} – {self._named(Kind.MOTIF, motif)}"
            case Kind.INCIDENT:
                _, tool, at = identity.split("/")
                return f"{self.t.written(at)} – {self._named(Kind.TOOL, tool)}"
            case Kind.LINE:
                return identity or self.t("monthly.unknown_line")
            case Kind.WORD:
                return self.t(f"monthly.word.{identity}")
            case _:
                return self._of_profile(kind, identity)

    def _of_profile(self, kind: Kind, identity: str) -> str:
        labels = {
            Kind.TOOL: self._tool,
            Kind.MOTIF: self._labels.motif,
            Kind.CATEGORY: self._labels.category,
            Kind.SOURCE: self._labels.mailbox,
        }
        if not identity:
            return self.t("monthly.unnamed")
        return labels[kind](identity) if kind in labels else identity

    def short(self, row: Row) -> str:
        """The label of a column of a picture: the day of a month, or the hour."""
        return f"{int(row.id[-2:])}" if row.kind is Kind.DAY else self.label(row)

    def _tool(self, identity: str) -> str:
        return self._labels.tool(identity) or self.t("monthly.no_tool")

    def value(self, column: Column, value: float | None) -> str:
        """A number of that column as people read it."""
        if value is None:
            return NOTHING
        if column.name == "grown":
            return self.t("monthly.yes") if value else ""
        if column.name == "change":
            return f"{'+' if value >= 0 else '−'} {self.number(Unit.SHARE, abs(value))}"
        return self.number(column.unit, value)

    def number(self, unit: Unit, value: float) -> str:
        """A number with its unit."""
        match unit:
            case Unit.SHARE:
                return self.t("monthly.percent", n=self._decimal(cut(value)))
            case Unit.SECONDS:
                return self.t("phone.seconds", n=self._decimal(value))
            case _:
                return f"{value:.0f}"

    def _round(self, unit: Unit, value: float) -> str:
        """A goal, which is a round number."""
        return (
            self.t("monthly.percent", n=f"{100 * value:.0f}")
            if unit is Unit.SHARE
            else self.t("phone.seconds", n=value)
        )

    def _decimal(self, value: float) -> str:
        return f"{value:.1f}".replace(".", self.t("format.decimal"))

    def level(self, level: Level) -> str:
        return self.t(f"figure.{level.name}.title")

    def definition(self, level: Level) -> str:
        rules = self._profile.phone
        return self.t(f"figure.{level.name}.definition", short=rules.short_abandon, charter=rules.charter)

    def level_value(self, level: Level) -> str:
        return NOTHING if level.value is None else self.number(level.unit, level.value)

    def goal(self, level: Level) -> str:
        sign = "<" if level.unit is Unit.SECONDS else ">"
        return f"{sign} {self._round(level.unit, level.goal)}"

    def quotient(self, level: Level) -> str:
        """What was divided by what, or ''."""
        key = "monthly.mean_of" if level.unit is Unit.SECONDS else "monthly.quotient"
        return self.t(key, part=level.part, whole=level.whole) if level.whole else ""

    def result(self, level: Level) -> str:
        key = {True: "met", False: "unmet", None: "none"}[level.met]
        return self.t(f"phone.{key}")

    def missing(self, review: Review) -> list[str]:
        return [self.t(f"monthly.lacks.{one}") for one in review.missing]
