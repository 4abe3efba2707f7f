"""Who may ask the API for what: one rule for each of its routes, by the roles of `desk.rules`."""

from collections.abc import Mapping

from desk.rules import Access

PATH = "/api/v1"
"""Where the API is."""

CASE = "/cases/{number}"
ACTS = (
    *("reply", "note", "take", "assign", "queue", "priority", "wait", "resume", "close", "reopen", "tags", "requester"),
    *("copies", "fields", "escalate", "tell-n2", "returned", "split", "link", "unlink", "merge", "unmerge"),
)
"""What can be done with a case, as docs/actions.md has it."""

RULES: Mapping[str, Access] = {
    "GET /": Access.PUBLIC,
    "GET /openapi.json": Access.PUBLIC,
    "GET /program": Access.OWN,
    "GET /vocabulary": Access.READ,
    "GET /figures": Access.READ,
    "GET /cases": Access.READ,
    "POST /cases": Access.WORK,
    "GET /submissions/{key}": Access.WORK,
    f"GET {CASE}": Access.READ,
    f"GET {CASE}/mails": Access.READ,
    f"GET {CASE}/files/{{place}}": Access.READ,
    **{f"POST {CASE}/{act}": Access.WORK for act in ACTS},
}
"""By method and path below `PATH`, as the route is written."""
