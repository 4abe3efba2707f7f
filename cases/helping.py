"""A word among ourselves about a case: somebody asks for help, who leads answers or writes by themselves, and it is
read. Nobody outside is written to; the case's flags say what waits."""

from cases.acting import Acting, Action, Effect, require
from cases.assigning import own
from cases.case import EntryKind
from cases.dossier import Dossier
from cases.major import LEADERS
from cases.refusal import Refusal, RefusedError
from cases.writing import written

HELP, ADVICE = "help", "advice"
"""The flags of a case whose agent asks for help, and of one with a word that its agent has not read."""


def ask_for_help(case: Dossier, acting: Acting, text: str) -> Effect:
    """Ask who leads for help. A case that nobody has is from then on the asker's, so that the answer finds them."""
    require(Action.TAKE, case, acting)
    line = acting.line(EntryKind.HELP_ASKED, written(text))
    return Effect(columns=_flags(case, HELP), lines=(line,)) | own(case, acting)


def advise(case: Dossier, acting: Acting, text: str) -> Effect:
    """Write a word to whoever has the case; it answers what they asked, if anything."""
    require(Action.NOTE, case, acting)
    line = acting.line(EntryKind.ADVISED, written(text), to=case.agent)
    return Effect(columns=_flags(case, ADVICE, but=HELP), lines=(line,))


def read_advice(case: Dossier, acting: Acting) -> Effect:
    """Say that it was read: whoever has the case, or who leads. Raises RefusedError where it is somebody else's."""
    require(Action.NOTE, case, acting)
    if ADVICE not in case.flags:
        return Effect()
    if case.agent != acting.agent.id and acting.agent.role not in LEADERS:
        raise RefusedError(Refusal.ADVICE_OF_ANOTHER, number=case.number)
    return Effect(columns=_flags(case, but=ADVICE), lines=(acting.line(EntryKind.ADVICE_READ),))


def _flags(case: Dossier, *raised: str, but: str = "") -> dict[str, list[str]]:
    """The flags with these, each once, and without that one."""
    return {"flags": [one for one in dict.fromkeys((*case.flags, *raised)) if one != but]}
