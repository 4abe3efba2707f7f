"""Whatever is sent that the OpenAPI document allows, or forbids: what is answered is in the document, and never a 5xx.

The short form is a test as all others; `make torture` runs the long one, whose figure docs/api.md has.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from cases.secondlevel import Role
from desk.api import entering
from store.tx import Store
from tests.desk.api.conftest import serving
from tests.desk.api.programs import add_program
from tests.desk.running import running
from tests.desk.working import Work
from tests.mails import mail

SHORT, LONG = 2, 80
"""Examples of each operation."""
CHECKED = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance"),
    "response_schema_conformance",
)


@dataclass(frozen=True)
class Api:
    """The API on a port, its operations, a token, and the numbers of cases that are there."""

    operations: list[Any]
    token: str
    numbers: list[str]


@pytest.fixture
def api(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    monkeypatch.setattr(entering, "PER_MINUTE", 1_000_000)
    work = Work(sqlite_store)
    letters = [mail(message_id=f"<m{n}@example.org>", sender=f"p{n}@example.org") for n in range(3)]
    numbers = [work.opened(one) for one in letters]
    token = add_program(sqlite_store, "schema", Role.SUPERVISOR)
    with running(serving(work)) as address:
        schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
        schema.config.update(base_url=f"{address}/api/v1")
        yield Api([one.ok() for one in schema.get_all_operations()], token, numbers)


def test_what_the_document_says_is_what_is_answered(api: Api) -> None:
    assert walked(api, SHORT) >= 2 * len(api.operations)


@pytest.mark.torture
@pytest.mark.timeout(1800)
def test_thousands_of_requests_lead_to_no_failure(api: Api) -> None:
    count = walked(api, LONG)
    print(f"{count} requests")
    assert count >= 2_000


def walked(api: Api, examples: int) -> int:
    """Send so many requests of each operation; how many that were."""
    load_all_checks()
    checks = [one for one in CHECKS.get_all() if one.__name__ in CHECKED]
    assert len(checks) == len(CHECKED)
    count = 0

    def send(case: Any) -> None:
        nonlocal count
        count += 1
        answer = case.call(headers={"authorization": f"Bearer {api.token}"})
        case.validate_response(answer, checks=checks)

    for operation in api.operations:
        _trying(operation, api, examples)(send)()
    return count


def _trying(operation: Any, api: Api, examples: int) -> Any:
    """Decorates what is done with each request: half of them are about a case that is there, at any version."""
    drawn = st.one_of(operation.as_strategy(mode) for mode in GenerationMode)
    aimed = st.tuples(drawn, st.sampled_from(api.numbers), st.booleans()).map(_aimed)
    quiet = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    return lambda send: quiet(given(case=aimed)(send))


def _aimed(drawn: tuple[Any, str, bool]) -> Any:
    case, number, there = drawn
    if there and "number" in (case.path_parameters or {}):
        case.path_parameters["number"] = number
        case.headers["If-Match"] = "*"
    return case
