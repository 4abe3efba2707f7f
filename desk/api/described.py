"""The API described: the OpenAPI document, and a page of it that reads without a script."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse, Response

from desk.api.problems import KINDS, Fault, Happened, ProblemDetails
from desk.api.rules import PATH
from desk.pages import environment

VERSION = "1"
_SUMMARY = "The cases of a public-service helpdesk: read them, act on them, be told of them."
_REF = "#/components/schemas/{model}"


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as the page lists it."""

    method: str
    path: str
    summary: str
    takes: str
    answers: tuple[str, ...]


def add_to(app: FastAPI) -> None:
    """Both addresses. They are for everybody: there is nothing of anybody's in them."""

    @app.get("/openapi.json", include_in_schema=False)
    def openapi() -> Response:
        return JSONResponse(document(app))

    @app.get("/", include_in_schema=False)
    def page(request: Request) -> Response:
        found = list(_operations(document(app)))
        template = environment().get_template("api.html")
        return HTMLResponse(template.render(operations=found, problems=KINDS, path=PATH))


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document, made once."""
    if not app.openapi_schema:
        found = get_openapi(title="Aiguillage", version=VERSION, summary=_SUMMARY, routes=app.routes)
        found["servers"] = [{"url": PATH}]
        schemas = found["components"]["schemas"]
        for model in (ProblemDetails, Fault, Happened):
            schema = model.model_json_schema(ref_template=_REF, mode="serialization")
            schemas[model.__name__] = {name: value for name, value in schema.items() if name != "$defs"}
        app.openapi_schema = found
    return app.openapi_schema


def _operations(found: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in found["paths"].items():
        for method, one in methods.items():
            body = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            answers = tuple(f"{status} {said['description']}" for status, said in sorted(one["responses"].items()))
            yield Operation(method.upper(), path, one["summary"], _fields(found, body), answers)


def _fields(found: dict[str, Any], schema: dict[str, Any]) -> str:
    """The names of what a body has; those that it must have first."""
    name = schema.get("$ref", "").rpartition("/")[2]
    known = found["components"]["schemas"].get(name, {})
    required = known.get("required", [])
    others = [f"[{one}]" for one in known.get("properties", {}) if one not in required]
    return " ".join([*required, *others])
