"""Why an action cannot be done, and what would help: a key with its values, and the English of terminal and API.

Pages say the same in their reader's language (`desk.said`).
"""

from collections.abc import Mapping
from enum import StrEnum

from cases.errors import AiguillageError


class Refusal(StrEnum):
    """Each way in which an action is refused."""

    NO_SUCH_CASE = "no_such_case"
    AUDITOR = "auditor"
    HIDDEN = "hidden"
    CLOSED = "closed"
    NOT_WAITING = "not_waiting"
    NOT_ESCALATED = "not_escalated"
    NOT_CLOSED = "not_closed"
    NO_TEXT = "no_text"
    TOO_LONG = "too_long"
    WAIT_OR_CLOSE = "wait_or_close"
    NO_ADDRESS = "no_address"
    NOT_WRITTEN_TO = "not_written_to"
    DAYS = "days"
    ASKED_ALREADY = "asked_already"
    NO_WAIT_AT_N2 = "no_wait_at_n2"
    NO_CLOSE_AT_N2 = "no_close_at_n2"
    NOTHING_TO_WITHDRAW = "nothing_to_withdraw"
    NO_SUCH_AGENT = "no_such_agent"
    NO_AGENTS = "no_agents"
    YOURS_ALREADY = "yours_already"
    GIVEN_TO_AUDITOR = "given_to_auditor"
    HAS_IT_ALREADY = "has_it_already"
    QUEUE_OF_N2 = "queue_of_n2"
    IN_QUEUE_ALREADY = "in_queue_already"
    LEVELS = "levels"
    SAME_LEVELS = "same_levels"
    MAY_NOT_ESCALATE = "may_not_escalate"
    NO_SUCH_N2 = "no_such_n2"
    NO_N2_OF_TOOL = "no_n2_of_tool"
    NO_N2 = "no_n2"
    WORDING_SHORT = "wording_short"
    WORDING_IS_SUBJECT = "wording_is_subject"
    NO_SUCH_FILE = "no_such_file"
    UNREADABLE_FILE = "unreadable_file"
    INFECTED_FILE = "infected_file"
    AT_NO_N2 = "at_no_n2"
    NOT_AN_ADDRESS = "not_an_address"
    OWN_MAILBOX = "own_mailbox"
    NO_SUBMITTER = "no_submitter"
    COPIES_ON = "copies_on"
    COPIES_OFF = "copies_off"
    NO_SUCH_FIELD = "no_such_field"
    NO_SUCH_OPTION = "no_such_option"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DAY = "not_a_day"
    NATIONAL_NUMBER = "national_number"
    NO_SUCH_MESSAGE = "no_such_message"
    ONE_STAYS = "one_stays"
    TAGGED_ALREADY = "tagged_already"
    TAGS_CHANGED = "tags_changed"
    NO_SUCH_LABEL = "no_such_label"
    SAME_CASE = "same_case"
    LINKED_ALREADY = "linked_already"
    NOT_LINKED = "not_linked"
    MERGED = "merged"
    NOT_MERGED = "not_merged"
    HAS_MERGED = "has_merged"
    NO_MERGE_AT_N2 = "no_merge_at_n2"
    TARGET_CLOSED = "target_closed"
    IN_INCIDENT_ALREADY = "in_incident_already"
    LEFT_ALREADY = "left_already"
    NO_SUCH_INCIDENT = "no_such_incident"
    INCIDENT_LEADS = "incident_leads"
    INCIDENT_NOT_PROPOSED = "incident_not_proposed"
    INCIDENT_NOT_RUNNING = "incident_not_running"
    INCIDENT_CHANGED = "incident_changed"
    INCIDENT_NO_CASE = "incident_no_case"
    INCIDENT_NOT_ITS_CASE = "incident_not_its_case"
    ADVICE_OF_ANOTHER = "advice_of_another"


_IMPOSSIBLE = "{number} is {status}: `{action}` cannot be done"
_AT_N2 = "{number} is with the second level"
_NOTHING = "there is nothing to do"

ENGLISH: Mapping[Refusal, tuple[str, str]] = {
    Refusal.NO_SUCH_CASE: ("there is no case {number}", "`aiguillage case list` has those that are open"),
    Refusal.AUDITOR: ("{name} is an auditor, who reads and changes nothing", "ask somebody of the team"),
    Refusal.HIDDEN: ("{number} is hidden", "re-open it first"),
    Refusal.CLOSED: (_IMPOSSIBLE, "re-open it first"),
    Refusal.NOT_WAITING: (_IMPOSSIBLE, "a case goes on by itself when its requester writes"),
    Refusal.NOT_ESCALATED: (_IMPOSSIBLE, "escalate it first"),
    Refusal.NOT_CLOSED: (_IMPOSSIBLE, _NOTHING),
    Refusal.NO_TEXT: ("there is no text", "write one"),
    Refusal.TOO_LONG: ("the text has {length} characters", "write {most} at most"),
    Refusal.WAIT_OR_CLOSE: ("a case cannot both wait and be closed", "choose one"),
    Refusal.NO_ADDRESS: ("{number} has no address of its requester", "name the requester first, or call them"),
    Refusal.NOT_WRITTEN_TO: ("nobody can be written to at {address}", "name the requester first, or call them"),
    Refusal.DAYS: ("{days} days cannot be waited", "write 1 to {most}"),
    Refusal.ASKED_ALREADY: (_AT_N2, "write to it there, or note its return first"),
    Refusal.NO_WAIT_AT_N2: (_AT_N2, "note what became of that, then wait"),
    Refusal.NO_CLOSE_AT_N2: (_AT_N2, "note what became of that, or withdraw it"),
    Refusal.NOTHING_TO_WITHDRAW: ("{number} is with no second level", "close it without withdrawing"),
    Refusal.NO_SUCH_AGENT: ("the profile has no agent {agent}", "use one of {known}"),
    Refusal.NO_AGENTS: ("the profile has no agent {agent}", "add [[routing.agents]] to the profile"),
    Refusal.YOURS_ALREADY: ("{number} is yours already", _NOTHING),
    Refusal.GIVEN_TO_AUDITOR: ("{agent} is an auditor", "give it to somebody who works on cases"),
    Refusal.HAS_IT_ALREADY: ("{agent} has {number} already", _NOTHING),
    Refusal.QUEUE_OF_N2: ("nobody is given a case by that queue", "escalate it, which tells the second level"),
    Refusal.IN_QUEUE_ALREADY: ("{number} waits in {queue} already", _NOTHING),
    Refusal.LEVELS: ("impact and urgency are 1, 2 or 3", "1 is the highest"),
    Refusal.SAME_LEVELS: ("{number} has that impact and urgency already", _NOTHING),
    Refusal.MAY_NOT_ESCALATE: ("{name} may not escalate as {role}", "ask one of these: {roles}"),
    Refusal.NO_SUCH_N2: ("the profile has no second level {n2}", "use one of {known}"),
    Refusal.NO_N2_OF_TOOL: ("no second level is asked about {tool}", "name one of {known}"),
    Refusal.NO_N2: ("no second level is asked about {tool}", "add [[second_level]] to the profile"),
    Refusal.WORDING_SHORT: ("the wording has {length} characters", "say what is wrong in {least} or more"),
    Refusal.WORDING_IS_SUBJECT: ("the wording says no more than the subject", "say it in words of your own"),
    Refusal.NO_SUCH_FILE: ("{number} has no file {place}", "it has {known}"),
    Refusal.UNREADABLE_FILE: ("{filename} cannot be read", "escalate without it"),
    Refusal.INFECTED_FILE: ("{filename} is infected", "escalate without it, and tell who sent it"),
    Refusal.AT_NO_N2: ("{number} is with no second level that is written to", "escalate it first"),
    Refusal.NOT_AN_ADDRESS: ("{address} is not one address", "write one such as jeanne@example.org"),
    Refusal.OWN_MAILBOX: ("{address} is one of our own mailboxes", "name a person"),
    Refusal.NO_SUBMITTER: ("nobody but its requester wrote {number}", "name the requester first"),
    Refusal.COPIES_ON: ("copies are on already", _NOTHING),
    Refusal.COPIES_OFF: ("copies are off already", _NOTHING),
    Refusal.NO_SUCH_FIELD: ("the profile has no field {field}", "use one of {known}"),
    Refusal.NO_SUCH_OPTION: ("{value} is no option of {field}", "use one of {known}"),
    Refusal.NOT_A_NUMBER: ("{value} is not a number", "write it as 12 or 12.5"),
    Refusal.NATIONAL_NUMBER: ("national numbers are never kept in a field", "leave it out"),
    Refusal.NOT_A_DAY: ("{value} is not a day", "write it as 2026-11-22"),
    Refusal.NO_SUCH_MESSAGE: ("{number} has no message {message} of a person", "it has {known}"),
    Refusal.ONE_STAYS: ("at least one message goes, and at least one stays", "choose fewer, or one"),
    Refusal.TAGGED_ALREADY: ("{number} has these tags already", _NOTHING),
    Refusal.TAGS_CHANGED: ("the tags of {number} were changed since", "correct them"),
    Refusal.NO_SUCH_LABEL: ("the profile has no label {label}", "use one of {known}"),
    Refusal.SAME_CASE: ("{number} is that case itself", "name another"),
    Refusal.LINKED_ALREADY: ("{number} is linked to {other} already", _NOTHING),
    Refusal.NOT_LINKED: ("{number} is not linked to {other}", _NOTHING),
    Refusal.MERGED: ("{number} was merged into {into}", "do it there, or take the merge back"),
    Refusal.NOT_MERGED: ("{number} was not merged into another case", _NOTHING),
    Refusal.HAS_MERGED: ("others were merged into {number}", "merge {into} into it, or take those merges back first"),
    Refusal.NO_MERGE_AT_N2: (_AT_N2, "note what became of that, or merge the other one into it"),
    Refusal.TARGET_CLOSED: ("{into} is closed", "re-open it first"),
    Refusal.IN_INCIDENT_ALREADY: ("{number} is linked to an incident already", _NOTHING),
    Refusal.LEFT_ALREADY: ("the answer has left already", "write another"),
    Refusal.NO_SUCH_INCIDENT: ("there is no incident {incident}", "`aiguillage incident list` has them"),
    Refusal.INCIDENT_LEADS: ("{name} may not decide about incidents", "ask a supervisor"),
    Refusal.INCIDENT_NOT_PROPOSED: ("incident {incident} is {state}", "only a proposed one is announced or dismissed"),
    Refusal.INCIDENT_NOT_RUNNING: ("incident {incident} is {state}", "only a running one is updated or closed"),
    Refusal.INCIDENT_CHANGED: ("somebody changed incident {incident} meanwhile", "look at it again"),
    Refusal.INCIDENT_NO_CASE: ("an incident needs a case", "name at least one"),
    Refusal.INCIDENT_NOT_ITS_CASE: ("{number} is no case of incident {incident}", _NOTHING),
    Refusal.ADVICE_OF_ANOTHER: ("the word on {number} is for whoever has it", "take the case, or leave it to them"),
}
"""The cause and what mends it."""


class RefusedError(AiguillageError):
    """An action that cannot be done: `cause` says why, `mend` what would help. `values` are what both speak of."""

    def __init__(self, refusal: Refusal, **values: object) -> None:
        self.refusal = refusal
        self.values = {name: str(value) for name, value in values.items()}
        cause, mend = ENGLISH[refusal]
        self.cause, self.mend = cause.format(**self.values), mend.format(**self.values)
        super().__init__(f"{self.cause}; {self.mend}")
