"""A person's look at the tags of a case: confirmed, corrected, taken back. What they chose teaches the next model."""

from collections.abc import Mapping

from cases.acting import Acting, Action, Correction, Effect, require
from cases.case import EntryKind
from cases.dossier import Dossier
from cases.profile import Profile
from cases.refusal import Refusal, RefusedError
from cases.rerouting import rerouted
from cases.review import Cause, Field, Labels
from cases.writing import on_one_line

NO_TOOL = "aucun"
"""The label of a case that concerns none."""


def choices(profile: Profile) -> Mapping[Field, tuple[str, ...]]:
    """The labels that can be chosen."""
    return {
        Field.MOTIF: tuple(motif.id for motif in profile.motifs),
        Field.TOOL: (*(tool.id for tool in profile.tools), NO_TOOL),
        Field.SCOPE: profile.scopes,
    }


def labels_of(case: Dossier) -> Labels:
    """The tags that it has."""
    return {Field.MOTIF: case.motif, Field.TOOL: case.tool, Field.SCOPE: case.scope}


def tag(case: Dossier, acting: Acting, labels: Labels, why: str = "", cause: Cause = Cause.NOTICED) -> Effect:
    """Say what the case is about: the same labels confirm its tags, others correct them. Its category follows, and the
    rules send it where such cases go (`cases.rerouting`)."""
    require(Action.TAG, case, acting)
    _require_known(labels, acting.profile)
    shown = labels_of(case)
    if labels == shown and cause is Cause.NOTICED and not case.review:
        raise RefusedError(Refusal.TAGGED_ALREADY, number=case.number)
    made = Correction(cause=Cause.DOUBT if case.review else cause, shown=shown, chosen=labels, why=on_one_line(why))
    return _tagged(acting, case, made, review=False) | rerouted(case, acting, labels)


def untag(case: Dossier, acting: Acting, taken: Correction, identity: int) -> Effect:
    """Take back the correction with that id: the case has the tags it had, and is doubted where it was."""
    require(Action.TAG, case, acting)
    if labels_of(case) != taken.chosen:
        raise RefusedError(Refusal.TAGS_CHANGED, number=case.number)
    made = Correction(cause=taken.cause, shown=taken.chosen, chosen=taken.shown, undoes=identity)
    return _tagged(acting, case, made, review=taken.cause is Cause.DOUBT)


def _require_known(labels: Labels, profile: Profile) -> None:
    for field, known in choices(profile).items():
        if labels[field] not in known:
            raise RefusedError(Refusal.NO_SUCH_LABEL, label=labels[field], known=", ".join(known))


def _tagged(acting: Acting, case: Dossier, made: Correction, *, review: bool) -> Effect:
    """The labels on the case with who chose them, and why they are there on its timeline."""
    labels = {str(field): label for field, label in made.chosen.items()}
    category = acting.profile.category_of(made.chosen[Field.MOTIF])
    checked_by = acting.agent.id if made.undoes is None else ""
    before = {str(field): label for field, label in made.shown.items()}
    return Effect(
        columns={**labels, "category": category, "review": review, "tags": {**case.tagging, "checked_by": checked_by}},
        lines=(acting.line(EntryKind.TAGGED, made.why, chosen=labels, shown=before, undone=made.undoes is not None),),
        correction=made,
    )
