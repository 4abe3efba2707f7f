"""The tagger that the rest of the service calls."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cases.errors import PermanentError
from cases.event import Channel, Message, Tags
from cases.profile import Profile
from classify.coldstart import ColdStart, Likeness, needed
from classify.concepts import Concepts
from classify.decide import Thresholds, decide
from classify.language import language
from classify.ngrams import Hashes
from classify.rules import Hints, hints
from classify.select import RAW_LIMIT, Reading, select
from classify.similar import file_numbers, signs

if TYPE_CHECKING:
    from classify.finding import Finding

SHIPPED = Path(str(files("classify").joinpath("model")))
CARD = "card.json"
NEVER = 2.0
"""A confidence that none reaches."""
FORMAT = 2
"""Of the model's files and of the features that its weights stand for; a change to either is a new one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is known of one message before its tags are decided."""

    reading: Reading
    finding: "Finding"
    hints: Hints
    lang: str

    @classmethod
    def of(cls, message: Message, reading: Reading, finding: "Finding") -> "Seen":
        lang = language(finding.scores["lang"], f"{reading.subject} {reading.body}", message.default_lang)
        return cls(reading, finding, hints(reading, finding), lang)

    def tags(self, profile: Profile, thresholds: Thresholds) -> Tags:
        """The tags by these thresholds."""
        return decide(self.finding, self.hints, profile, thresholds, self.lang)


class Classifier:
    """Tags messages. Loading costs seconds (spaCy): load once per process."""

    def __init__(self, nlp: Any, profile: Profile, thresholds: Thresholds, version: str) -> None:
        self._nlp = nlp
        self._profile = profile
        self._cold = cold_start(nlp, profile)
        self._concepts = Concepts.load()
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
            if (found := card.get("format", 1)) != FORMAT:
                raise ValueError(f"format {found} instead of {FORMAT}: another release wrote it")
            nlp = pipeline.load(path, profile.tools)
            return cls(nlp, profile, Thresholds(**card["thresholds"]), card["version"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            words = str(error) if isinstance(error, ValueError) else type(error).__name__
            mend = "run `aiguillage train`, go back with `aiguillage model back`, or reinstall"
            raise PermanentError(f"{path} holds no readable model ({words}): {mend}") from error

    def classify(self, messages: Sequence[Message]) -> list[Tags]:
        """The tags of each message, in order. Any text gets an answer; a doubtful one says `review` and why."""
        thresholds = replace(self.thresholds, accept=NEVER, weights={}) if self._cold else self.thresholds
        seen = zip(messages, self.look(messages), strict=True)
        return [replace(one.tags(self._profile, thresholds), **self._told(message)) for message, one in seen]

    def _told(self, message: Message) -> dict[str, Any]:
        """What is kept of a text so that nobody has to read it again to compare it."""
        text = f"{message.subject}\n{message.body[:RAW_LIMIT]}"
        return {
            "model": self.version,
            "signs": tuple(sorted(signs(text, self._concepts))),
            "files": tuple(sorted(file_numbers(text, self._profile.case_prefix))),
        }

    def look(self, messages: Sequence[Message]) -> list[Seen]:
        """What is found in each message, in order, before anything is decided."""
        from classify import pipeline

        readings = [select(message) for message in messages]
        found = pipeline.read(self._nlp, readings)
        if self._cold:
            seen = pipeline.learn_from(self._nlp, readings)
            found = [self._cold.recast(*pair) for pair in zip(found, seen, strict=True)]
        return [Seen.of(*each) for each in zip(messages, readings, found, strict=True)]

    def category_of(self, motif: str) -> str:
        """The category that the profile files a motif under, or ''."""
        return self._profile.category_of(motif)


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
