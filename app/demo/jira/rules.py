"""What Jira has against the values of a request, and how it hands out lists."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.demo.jira.project import Asked


def faults_of(values: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """By the id of a field: what it does not know, what it misses, what is not among its choices."""
    known = {one["fieldId"]: one for one in fields}
    errors = {name: "Field cannot be set: it is not on this request type" for name in values if name not in known}
    errors |= {name: "is required" for name, one in known.items() if one["required"] and not values.get(name)}
    for name, one in known.items():
        choices = {value["value"] for value in one.get("validValues", ())}
        if choices and name in values and (values[name] or {}).get("id") not in choices:
            errors[name] = "Option is not valid"
    return errors


def page(request: Asked, values: Sequence[Any]) -> tuple[int, Any]:
    """A part of a list (`start`, `limit`)."""
    start, limit = int(request.query.get("start", 0)), int(request.query.get("limit", 50))
    part = list(values[start : start + limit])
    last = start + limit >= len(values)
    return 200, {"start": start, "limit": limit, "size": len(part), "isLastPage": last, "values": part}
