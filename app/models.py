"""The models of an installation, as the desk's page shows and changes them: `aiguillage model` does the same."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.shelf import SHIPPED, Shelf
from cases.errors import ConfigurationError
from desk.backstage import ModelCard, Use

if TYPE_CHECKING:
    from app.wiring import House
    from classify.promotion import Verdict


@dataclass
class Kept:
    """`desk.backstage.Models`. Verdicts are kept: comparing takes seconds, and the same two models give the same."""

    house: "House"
    _verdicts: dict[tuple[str, str], "Verdict"] = field(default_factory=dict, init=False)
    _mistaken: dict[str, str] | None = field(default=None, init=False)
    _running: str = field(init=False)

    def __post_init__(self) -> None:
        self._running = self._shelf.active

    @property
    def running(self) -> str:
        """The version that was in use at the start."""
        return self._running

    @property
    def _shelf(self) -> Shelf:
        from app.shelf import open_shelf

        return open_shelf(self.house.settings)

    def cards(self) -> Sequence[ModelCard]:
        """All that are kept, the one in use first."""
        return sorted(self._cards(), key=lambda one: (list(Use).index(one.use), one.version))

    def _cards(self) -> Iterator[ModelCard]:
        shelf = self._shelf
        uses = {shelf.shadow: Use.SHADOW, shelf.before: Use.BEFORE, shelf.active: Use.IN_USE}
        for version in (SHIPPED, *shelf.versions()):
            card = self._card(version)
            scores = card["scores"]
            yield ModelCard(
                version=version,
                use=uses.get(version, Use.KEPT),
                messages=card["messages"],
                scores=scores["scores"],
                intervals={name: (low, high) for name, (low, high) in scores.get("intervals", {}).items()},
            )

    def mistaken_for(self, motif: str) -> str:
        """The motif that most of the messages really had on which the model in use said this one and was wrong."""
        if self._mistaken is None:
            self._mistaken = _mistaken(self._card(self._shelf.active)["scores"].get("confusion", {}))
        return self._mistaken.get(motif, "")

    def judge(self, version: str) -> "Verdict":
        """The model against the one in use, on the golden set."""
        from app.commands.models import golden_rows, judge

        shelf, house = self._shelf, self.house
        key = shelf.active, version
        if key not in self._verdicts:
            rows = golden_rows(house.profile, None)
            self._verdicts[key] = judge(house.settings, house.profile, shelf.path(version), rows)
        return self._verdicts[key]

    def promote(self, version: str) -> "Verdict":
        verdict = self.judge(version)
        if not verdict.refused:
            self._shelf.promote(version)
        return verdict

    def back(self) -> str:
        return self._shelf.back()

    def beside(self, version: str) -> None:
        self._shelf.set_shadow(version)

    def _card(self, version: str) -> dict[str, Any]:
        """What a model's card says. Raises ConfigurationError where it cannot be read."""
        from classify import classifier

        path = (classifier.SHIPPED if version == SHIPPED else self._folder(version)) / classifier.CARD
        try:
            found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigurationError([(str(path), "cannot be read", "put the model back")]) from error
        return found

    def _folder(self, version: str) -> Path:
        return self._shelf.folder / version


def _mistaken(confusion: dict[str, dict[str, int]]) -> dict[str, str]:
    """By what was said: the truth that it stood for most often."""
    found: dict[str, tuple[int, str]] = {}
    for truth, said in confusion.items():
        for motif, count in said.items():
            if motif != truth:
                found[motif] = max(found.get(motif, (0, "")), (count, truth))
    return {motif: truth for motif, (_, truth) in found.items()}
