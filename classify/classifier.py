"""The tagger that the rest of the service calls."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cases.errors import PermanentError
from cases.event import Channel, Message, Tags
from cases.profile import Profile
from classify.coldstart import ColdStart, Likeness, needed
from classify.decide import Thresholds, decide
from classify.language import language
from classify.ngrams import Hashes
from classify.rules import hints
from classify.select import Reading, select

if TYPE_CHECKING:
    from classify.finding import Finding

SHIPPED = Path(str(files("classify").joinpath("model")))
CARD = "card.json"
NEVER = 2.0
"""A confidence that none reaches."""
FORMAT = 1
"""Of the model's files and of the features that its weights stand for; a change to either is a new one."""


class Classifier:
    """Tags messages. Loading costs seconds (spaCy): load once per process."""

    def __init__(self, nlp: Any, profile: Profile, thresholds: Thresholds, version: str) -> None:
        self._nlp = nlp
        self._profile = profile
        self._cold = cold_start(nlp, profile)
        self.thresholds = thresholds
        self.version = version

    @classmethod
    def load(cls, path: Path, profile: Profile) -> "Classifier":
        """The model in the folder `path` (`SHIPPED` is the one of the package), with the tools of `profile`.

        Raises PermanentError, which names the folder and the mend, where the model is missing, damaged or of another
        release.
        """
        from classify import pipeline

        try:
            card = json.loads((path / CARD).read_text("utf-8"))
            if (found := card.get("format", FORMAT)) != FORMAT:
                raise ValueError(f"format {found} instead of {FORMAT}: another release wrote it")
            nlp = pipeline.load(path, profile.tools)
            return cls(nlp, profile, Thresholds(**card["thresholds"]), card["version"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            words = str(error) if isinstance(error, ValueError) else type(error).__name__
            mend = "run `aiguillage train`, go back with `aiguillage model back`, or reinstall"
            raise PermanentError(f"{path} holds no readable model ({words}): {mend}") from error

    def classify(self, messages: Sequence[Message]) -> list[Tags]:
        """The tags of each message, in order. Any text gets an answer; a doubtful one says `review` and why."""
        from classify import pipeline

        readings = [select(message) for message in messages]
        found = pipeline.read(self._nlp, readings)
        if self._cold:
            seen = pipeline.learn_from(self._nlp, readings)
            found = [self._cold.recast(*pair) for pair in zip(found, seen, strict=True)]
        return [self._tags(*each) for each in zip(messages, readings, found, strict=True)]

    def category_of(self, motif: str) -> str:
        """The category that the profile files a motif under, or ''."""
        return self._profile.category_of(motif)

    def _tags(self, message: Message, reading: Reading, finding: "Finding") -> Tags:
        lang = language(finding.scores["lang"], f"{reading.subject} {reading.body}", message.default_lang)
        thresholds = replace(self.thresholds, accept=NEVER) if self._cold else self.thresholds
        tags = decide(finding, hints(reading, finding), self._profile, thresholds, lang)
        return replace(tags, model=self.version)


def cold_start(nlp: Any, profile: Profile) -> ColdStart | None:
    """What stands in for a service that the model has never seen; None where it has."""
    from classify import pipeline

    if not needed(profile, pipeline.tasks(nlp)["tool"]):
        return None
    motifs = {motif.id: _features(nlp, motif.prototypes) for motif in profile.motifs}
    tools = {tool.id: _features(nlp, tool.prototypes) for tool in profile.tools}
    wishes, uses = ([one for ones in found.values() for one in ones] for found in (motifs, tools))
    return ColdStart(profile, Likeness.of(motifs, uses), Likeness.of(tools, wishes))


def _features(nlp: Any, prototypes: Sequence[str]) -> list[Mapping[str, Hashes]]:
    from classify import pipeline

    return list(pipeline.learn_from(nlp, [Reading(Channel.EMAIL, "", text) for text in prototypes]))


def as_json(identifier: str, tags: Tags) -> dict[str, object]:
    """One line of `aiguillage classify`: the shape of the command contract."""
    return {
        "id": identifier,
        "lang": tags.lang,
        "category": tags.category,
        "motif": tags.motif,
        "tool": tags.tool,
        "scope": tags.scope,
        "urgency": tags.urgency,
        "impact": tags.impact,
        "several_requests": tags.several_requests,
        "confidence": {task: tags.confidence[task] for task in ("motif", "tool", "scope")},
        "review": tags.review,
        "model": tags.model,
    }
