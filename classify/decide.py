"""From scores and hints to tags. Pure: nothing here reads a text, a file or a clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cases.event import SEEN_ANYWAY, Channel, Tags
from cases.profile import Profile
from classify.confidence import joint, together, traits
from classify.finding import Finding
from classify.rules import Hints

INCIDENT = "incident"
TOGETHER = "together"
"""Under which a decision keeps how sure motif and tool are together."""
PASSED_ON = "transmission_information"
NO_TOOL = "aucun"
IN_SCOPE = "in"
SPAM = "spam"
ELSEWHERE = frozenset({"autre_service", "spam", "imio_civadis"})
POSSIBLE_INCIDENT = 0.12
FEWEST_WORDS = 4
FEWEST_KNOWN = 2
GATE = 0.08
SEVERAL, HINTED = 0.45, 0.15
"""How likely several requests must be, alone and where a rule has seen a sign of them."""

CUES = ("lapsing", "leak", "widespread")
"""The hints at urgency and impact."""

Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """`accept`: from this confidence motif and tool are right often enough to need no eye (`accuracy` says how often,
    measured on writers that the model had not read). `suggest`: below it even the two likeliest are a guess.
    `incident_lean` is added to the probability of an incident when categories are compared: a missed one costs most.
    `weights` are those of the traits that confidence rests on; without any it is the plain product."""

    accept: float = 0.9
    suggest: float = 0.5
    accuracy: float = 0.97
    incident_lean: float = 0.4
    weights: Scores = field(default_factory=dict)


def decide(finding: Finding, hints: Hints, profile: Profile, thresholds: Thresholds, lang: str) -> Tags:
    """The tags of one message and whether a person should look at them, with every reason."""
    scores = finding.scores
    labels, confidence = chosen(finding, hints, profile, thresholds.incident_lean)
    motif, tool, scope = labels["motif"], labels["tool"], labels["scope"]
    confidence[TOGETHER] = _together(finding, hints, labels, confidence, thresholds.weights)
    reasons = tuple(_doubts(finding, hints, confidence, thresholds)) + _strangers(profile, motif, tool)
    return Tags(
        lang=lang,
        category=profile.category_of(motif),
        motif=motif,
        tool=tool,
        scope=scope,
        urgency=1 if hints.lapsing or hints.leak else int(best(scores["urgency"])),
        impact=1 if hints.widespread and motif == INCIDENT else int(best(scores["impact"])),
        several_requests=_several(scores, hints),
        confidence={label: round(value, 4) for label, value in confidence.items()},
        review=bool(reasons),
        reason=", ".join(reasons),
        evidence=finding.evidence,
        cues={name: words for name in CUES if (words := getattr(hints, name))},
        members=_apart(finding, labels),
    )


def chosen(
    finding: Finding, hints: Hints, profile: Profile, incident_lean: float
) -> tuple[dict[str, str], dict[str, float]]:
    """The labels of motif, tool and scope, and the probability of each and of an incident."""
    scores = finding.scores
    scope = best(scores["scope"])
    labels = {
        "motif": _motif(scores, hints, profile, incident_lean),
        "tool": _tool(scores, hints, scope),
        "scope": scope,
    }
    confidence = {task: scores[task][label] for task, label in labels.items()}
    return labels, confidence | {INCIDENT: scores["motif"].get(INCIDENT, 0.0)}


def _together(finding: Finding, hints: Hints, labels: Mapping[str, str], confidence: Scores, weights: Scores) -> float:
    return together(weights, traits(finding, hints, confidence, labels)) if weights else joint(confidence)


def _apart(finding: Finding, chosen: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """What each member alone gives the labels that were chosen; a rule may have chosen one that none would."""
    return {
        task: {name: round(scores.get(chosen[task], 0.0), 3) for name, scores in members.items()}
        for task, members in finding.members.items()
    }


def best(scores: Scores) -> str:
    """The likeliest label."""
    return max(scores, key=lambda label: scores[label])


def _motif(scores: Mapping[str, Scores], hints: Hints, profile: Profile, lean: float) -> str:
    """The likeliest motif of the likeliest category: motifs are learnt, categories are their sums."""
    motifs = scores["motif"]
    if PASSED_ON in motifs and (hints.automatic or scores["scope"].get(SPAM, 0.0) > 0.5):
        return PASSED_ON
    sums: dict[str, float] = {}
    for motif, probability in motifs.items():
        category = profile.category_of(motif)
        sums[category] = sums.get(category, 0.0) + probability + (lean if motif == INCIDENT else 0.0)
    category = best(sums)
    return best({motif: value for motif, value in motifs.items() if profile.category_of(motif) == category})


def _tool(scores: Mapping[str, Scores], hints: Hints, scope: str) -> str:
    """The tool named beyond doubt unless the model excludes it; none where another service is meant."""
    tools = scores["tool"]
    if scope in ELSEWHERE and scores["scope"][scope] > 0.6 and NO_TOOL in tools:
        return NO_TOOL
    if hints.tool in tools and tools[hints.tool] >= GATE:
        return hints.tool
    return best(tools)


def _several(scores: Mapping[str, Scores], hints: Hints) -> bool:
    """Whether several things are asked: where the model says so, or a rule does and the model does not deny it. A model
    that never learnt it leaves it to the rule."""
    chance = scores.get("several_requests", {}).get("True", HINTED)
    return chance >= (HINTED if hints.several else SEVERAL)


def _doubts(finding: Finding, hints: Hints, confidence: Scores, thresholds: Thresholds) -> Iterator[str]:
    """Why a person should look, in words that the desk translates."""
    if confidence[INCIDENT] >= POSSIBLE_INCIDENT:
        yield SEEN_ANYWAY
    if hints.channel is Channel.PHONE:
        yield "speech"
    if hints.words < FEWEST_WORDS:
        yield "too_short"
    if finding.known < FEWEST_KNOWN:
        yield "unknown_words"
    if confidence[TOGETHER] < thresholds.accept:
        yield "close_call" if confidence[TOGETHER] >= thresholds.suggest else "unsure"


def _strangers(profile: Profile, motif: str, tool: str) -> tuple[str, ...]:
    """Labels of the model that this profile does not know."""
    tools = {entry.id for entry in profile.tools} | {NO_TOOL}
    return tuple(
        reason
        for reason, unknown in (("unknown_motif", not profile.category_of(motif)), ("unknown_tool", tool not in tools))
        if unknown
    )
