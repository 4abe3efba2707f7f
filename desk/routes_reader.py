"""Who reads: their language, and answers in it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse

from cases.profile import Profile
from desk.pages import Pages
from desk.words import LANGUAGES, Words, preferred

COOKIE = "lang"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Reader:
    """Renders pages in the language of whoever asks."""

    pages: Pages
    profile: Profile

    def language(self, request: Request) -> str:
        """The language asked for by `?lang=`, else the one chosen before, else the browser's, else the service's."""
        for chosen in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
            if chosen in LANGUAGES:
                return chosen
        return preferred(request.headers.get("accept-language", ""), self.profile.default_language)

    def words(self, request: Request) -> Words:
        """The words of whoever asks."""
        return Words(self.language(request), ZoneInfo(self.profile.timezone))

    def page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page; a choice of language that was made in the address is kept."""
        lang = self.language(request)
        shared: dict[str, Any] = {"path": request.url.path, "in_language": _in_language(request)}
        shared["person"] = getattr(request.state, "person", None)
        body = self.pages.render(template, lang, **shared, **values)
        response = HTMLResponse(body, status_code=status, headers={"content-language": lang, "vary": "accept-language"})
        if request.query_params.get("lang") in LANGUAGES:
            response.set_cookie(COOKIE, lang, max_age=_YEAR, samesite="lax", httponly=True)
        return response

    def missing(self, request: Request) -> HTMLResponse:
        """404 in words."""
        return self.page(request, "missing.html", status=404)


def _in_language(request: Request) -> dict[str, str]:
    """The address of this very page in each language."""
    return {code: "?" + urlencode({**request.query_params, "lang": code}) for code in LANGUAGES}
