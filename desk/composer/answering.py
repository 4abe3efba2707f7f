"""What is answered to a form of a case: its page again with what is wrong, or the way back to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from cases.acting import StaleError
from cases.refusal import RefusedError
from desk.actions import Done
from desk.case_page import shown
from desk.said import refused
from desk.service import Service


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was posted: `at` names it, `done` is what is said once it is done (a text of `[done]`), `fields` what
    was typed in it."""

    at: str
    done: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the form `at`: `cause` says what and `mend` what would help. `stale`: the case is another than
    the one that was seen."""

    at: str
    cause: str = ""
    mend: str = ""
    stale: bool = False


def answered(service: Service, request: Request, number: str, form: Form, do: Callable[[], Done]) -> Response:
    """Do that. Where it is refused, the page says why beside the form, which keeps what was typed."""
    try:
        do()
    except StaleError:
        return again(service, request, number, form, Fault(form.at, stale=True))
    except RefusedError as error:
        cause, mend = refused(service.reader.words(request), error)
        return again(service, request, number, form, Fault(form.at, cause, mend))
    return RedirectResponse(f"/desk/cases/{number}?done={form.done}", status_code=303)


def again(service: Service, request: Request, number: str, form: Form, fault: Fault) -> Response:
    """The page of the case with the form and what is wrong with it."""
    status = 409 if fault.stale else 422
    return shown(service, request, number, status, fault=fault, typed=form.fields)
