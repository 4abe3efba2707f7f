"""How sure motif and tool are together: a logistic regression over what a careful reader of the scores would look at.

Its weights are learnt with the model (`accepting.py`) and kept in the card by the names of the traits, for people to
read. Pure: standard library only.
"""

from collections.abc import Iterator, Mapping
from math import exp, log

from cases.event import Channel
from classify.finding import Finding
from classify.rules import Hints

Scores = Mapping[str, float]
NONE = "aucun"
QUOTED = 2
LEAST = 1e-4
BIAS = "bias"


def joint(confidence: Scores) -> float:
    """The plain product. Scope counts: who is unsure that a message is in scope guesses its tool."""
    return confidence["motif"] * confidence["tool"] * confidence["scope"]


def together(weights: Scores, traits: Scores) -> float:
    """The probability that motif and tool are both right; a trait without a weight says nothing."""
    total = weights[BIAS] + sum(weights.get(name, 0.0) * value for name, value in traits.items())
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))


def traits(finding: Finding, hints: Hints, chosen: Scores, labels: Mapping[str, str]) -> dict[str, float]:
    """What speaks for and against the chosen `labels` of motif, tool and scope; `chosen` are their probabilities."""
    return {
        **{task: _log_odds(chosen[task]) for task in ("motif", "tool", "scope")},
        "all": _log_odds(joint(chosen)),
        **{f"{task} spread": _entropy(finding.scores[task]) for task in ("motif", "tool", "scope")},
        **{f"{task} margin": _margin(finding.scores[task]) for task in ("motif", "tool")},
        "incident": log(chosen["incident"] + 1e-3),
        "words": log(hints.words + 1),
        "words squared": log(hints.words + 1) ** 2,
        "known words": log(finding.known + 1),
        "email": float(hints.channel is Channel.EMAIL),
        **{f"lang {lang}": probability for lang, probability in finding.scores.get("lang", {}).items()},
        **{f"{task} {label}": 1.0 for task, label in labels.items()},
        **dict.fromkeys(_named(finding, labels["tool"]), 1.0),
    }


def _named(finding: Finding, tool: str) -> Iterator[str]:
    """How the chosen tool agrees with those that the new text names."""
    named = {one.tool for one in finding.named if one.part < QUOTED}
    if tool in named:
        yield "tool named"
    if named - {tool}:
        yield "another tool named"
    if any(one.tool == tool and one.upper and one.part < QUOTED for one in finding.named):
        yield "tool named like a proper name"
    if not named:
        yield "no tool named, none chosen" if tool == NONE else "no tool named, one chosen"
    elif tool == NONE:
        yield "tool named, none chosen"


def _log_odds(probability: float) -> float:
    clipped = max(LEAST, min(1 - LEAST, probability))
    return log(clipped / (1 - clipped))


def _entropy(scores: Scores) -> float:
    return -sum(value * log(value + 1e-9) for value in scores.values())


def _margin(scores: Scores) -> float:
    """By how much the likeliest label leads."""
    first, *others = sorted(scores.values(), reverse=True)
    return first - (others[0] if others else 0.0)
