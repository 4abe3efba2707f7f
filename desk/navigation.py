"""The links in the head of every page, in groups; the first group stands there, the others are folded away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desk.rules import Access


@dataclass(frozen=True, slots=True)
class Link:
    """A page, the text that names it, and whose it is."""

    address: str
    key: str
    access: Access = Access.READ


MAIN = (
    Link("/desk/cases", "nav.cases"),
    Link("/desk/incidents", "nav.incidents"),
    Link("/desk/phone", "nav.phone"),
)
FOLDED: Mapping[str, Sequence[Link]] = {
    "nav.steer": (
        Link("/desk/dashboard", "dashboard.nav"),
        Link("/desk/day", "nav.day"),
        Link("/desk/review", "nav.review", Access.WORK),
        Link("/desk/supervisor", "nav.supervisor", Access.LEAD),
        Link("/desk/model", "nav.model", Access.LEAD),
        Link("/desk/settings", "nav.settings", Access.LEAD),
        Link("/desk/users", "users.title", Access.ADMINISTER),
    ),
}
DEMONSTRATION: Mapping[str, Sequence[Link]] = {
    "nav.demo": (
        Link("/desk/demo/caught", "nav.caught"),
        Link("/desk/demo/write", "nav.write"),
        Link("/desk/demo/telephone", "nav.telephone"),
        Link("/desk/demo/jira", "nav.jira"),
    ),
}


def folded(*, demo: bool) -> Mapping[str, Sequence[Link]]:
    """The groups that are folded away, by the text that names each."""
    return {**FOLDED, **DEMONSTRATION} if demo else FOLDED
