"""Figures as people read them: numbers in words and lengths of gauges. Pure."""

from cases.figures import Figure, Unit
from desk.words import Words

FULL = 100
"""A gauge's whole length; a wait fills it at twice its goal."""
MINUTE = 60


class Shown:
    """One figure in one reader's language."""

    def __init__(self, figure: Figure, t: Words) -> None:
        self.figure = figure
        self._t = t

    @property
    def value(self) -> str:
        """The value, or a dash where there is none."""
        return "–" if self.figure.value is None else self._written(self.figure.value)

    @property
    def goal(self) -> str:
        """What is aimed at, in words, or ''."""
        if self.figure.goal is None:
            return ""
        key = "phone.goal_above" if self.figure.unit is Unit.SHARE else "phone.goal_below"
        return self._t(key, n=self._written(self.figure.goal))

    @property
    def length(self) -> float:
        """How much of the gauge is filled."""
        return self._length(self.figure.value or 0)

    @property
    def goal_at(self) -> float | None:
        """Where on the gauge the goal is."""
        return None if self.figure.goal is None else self._length(self.figure.goal)

    def _length(self, value: float) -> float:
        whole = 1 if self.figure.unit is Unit.SHARE else 2 * (self.figure.goal or MINUTE)
        return round(min(value / whole, 1) * FULL, 1)

    def _written(self, value: float) -> str:
        match self.figure.unit:
            case Unit.SHARE:
                return self._t("phone.share", n=int(100 * value + 1e-9))  # a goal just missed does not look met
            case Unit.SECONDS if round(value) >= MINUTE:
                minutes, seconds = divmod(round(value), MINUTE)
                return self._t("phone.minutes", m=minutes, s=f"{seconds:02}")
            case Unit.SECONDS:
                tenths = f"{value:.1f}".removesuffix(".0").replace(".", self._t("format.decimal"))
                return self._t("phone.seconds", n=tenths)
            case _:
                return f"{value:.0f}"
