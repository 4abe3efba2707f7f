"""What the pipeline found in one message: scores and traces, before anything is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from classify.signals import Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`scores` are calibrated probabilities by task and label; `known` counts the words that the model knows; `members`
    are the probabilities that each member alone gave, by task, member and label."""

    scores: Mapping[str, Mapping[str, float]]
    named: tuple[Named, ...]
    known: int
    evidence: tuple[str, ...]
    members: Mapping[str, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
