"""Tags for a service whose motifs and tools the model has never seen, from its profile alone: no label is needed.

A motif gets the probability of the motif that it is `like`, weighed by how close the message comes to its prototypes. A
tool is told by its names, and by its prototypes. Nothing here is calibrated, so a person looks at every message.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cases.profile import Profile
from classify.finding import Finding
from classify.linear import Floats, Vocabulary, softmax
from classify.ngrams import Hashes
from classify.signals import Named

NO_TOOL, IN_SCOPE, SPAM = "aucun", "in", "spam"
CLOSE = 12.0
"""What full likeness to a prototype adds to a score."""
TRUST = 0.5
"""How much of what the model says of a similar motif is believed."""
NAMED = 4.0
"""What a tool's name adds."""
NO_TOOL_SCORE = 2.0
"""What a tool must reach to be meant at all."""
FLOOR = 0.02
KINDS = ("words", "characters")
"""Of the features: the signals say what a message wants, which the model that is believed has read already."""

Features = Mapping[str, Hashes]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How close a message comes to each label: the cosine with its closest prototype, a mean over kinds of features."""

    labels: tuple[str, ...]
    owners: Sequence[int]
    vocabularies: Mapping[str, Vocabulary]
    tables: Mapping[str, Floats]

    @classmethod
    def of(cls, prototypes: Mapping[str, Sequence[Features]], others: Sequence[Features] = ()) -> "Likeness":
        """`prototypes` are the features of each label's sentences; `others` help to tell which words are common."""
        labels = tuple(prototypes)
        owners = [labels.index(label) for label, ones in prototypes.items() for _ in ones]
        own = [one for ones in prototypes.values() for one in ones]
        kinds = KINDS if own else ()
        vocabularies = {kind: Vocabulary.of([one[kind] for one in (*own, *others)]) for kind in kinds}
        tables = {kind: np.stack([_row(known, one[kind]) for one in own]) for kind, known in vocabularies.items()}
        return cls(labels, owners, vocabularies, tables)

    def __call__(self, features: Features) -> dict[str, float]:
        """0 to 1 for each label."""
        found = dict.fromkeys(self.labels, 0.0)
        if not self.tables:
            return found
        cosines = [table @ _row(self.vocabularies[kind], features[kind]) for kind, table in self.tables.items()]
        for owner, cosine in zip(self.owners, np.mean(cosines, axis=0).tolist(), strict=True):
            label = self.labels[owner]
            found[label] = max(found[label], cosine)
        return found


def _row(known: Vocabulary, features: Hashes) -> Floats:
    row = np.zeros(len(known.hashes), np.float32)
    columns, values = known.weigh(features)
    row[columns] = values
    return row


@dataclass(frozen=True, slots=True)
class ColdStart:
    """The labels of a profile that the model does not know."""

    profile: Profile
    motifs: Likeness
    tools: Likeness

    def recast(self, finding: Finding, features: Features) -> Finding:
        """The same finding, with the profile's motifs, tools and scopes instead of the model's."""
        scores = {
            "motif": self._motifs(finding.scores["motif"], features),
            "tool": self._tools(finding.named, features),
            "scope": self._scopes(finding.scores["scope"]),
        }
        return replace(finding, scores={**finding.scores, **scores}, members={})

    def _motifs(self, learnt: Mapping[str, float], features: Features) -> dict[str, float]:
        close = self.motifs(features)
        like = {motif.id: motif.like or motif.id for motif in self.profile.motifs}
        shared = list(like.values())
        prior = {motif: max(FLOOR, learnt.get(known, 0.0) / shared.count(known)) for motif, known in like.items()}
        return _probable({motif: TRUST * float(np.log(prior[motif])) + CLOSE * close[motif] for motif in like})

    def _tools(self, named: Sequence[Named], features: Features) -> dict[str, float]:
        """What is like every tool is like none: only closeness beyond their mean counts."""
        close = self.tools(features)
        common = sum(close.values()) / max(1, len(close))
        told = {tool.tool for tool in named}
        scores = {tool: CLOSE * (value - common) + NAMED * (tool in told) for tool, value in close.items()}
        return _probable({**scores, NO_TOOL: NO_TOOL_SCORE})

    def _scopes(self, learnt: Mapping[str, float]) -> dict[str, float]:
        """Spam is spam everywhere; what is another service's business there may be this one's."""
        spam = learnt.get(SPAM, 0.0) if SPAM in self.profile.scopes else 0.0
        return {**dict.fromkeys(self.profile.scopes, 0.0), SPAM: spam, IN_SCOPE: 1.0 - spam}


def needed(profile: Profile, tools: Sequence[str]) -> bool:
    """Whether the model, which knows these tools, has never seen this service."""
    return bool(profile.tools) and not {tool.id for tool in profile.tools} & set(tools)


def _probable(scores: Mapping[str, float]) -> dict[str, float]:
    return dict(zip(scores, softmax(np.array(list(scores.values()))).tolist(), strict=True))
