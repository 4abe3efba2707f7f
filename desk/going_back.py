"""Where a GET leads to that asks for the answer to a form: to the page that the form is on."""

from fastapi import Request
from fastapi.responses import RedirectResponse


def back_to(request: Request, page: str) -> RedirectResponse:
    """That page, in the language that is asked for."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{page}{query}", status_code=303)
