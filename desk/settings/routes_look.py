"""What the profile says, to be looked at: hours of a year, the menu's drawing, the texts in every language."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from desk.service import Service
from desk.settings.hours import months, specials
from desk.settings.samples import kinds, sample
from desk.signin.paths import PLAIN
from ingest.voice import drawing

PAGE = "/desk/settings"
Name = Annotated[str, Query(max_length=64, pattern=PLAIN)]
LAST_YEAR = 2100


@dataclass(frozen=True)
class LookPages:
    """Read only; nothing here asks the database."""

    service: Service

    def add_to(self, found: APIRouter) -> None:
        found.get(f"{PAGE}/hours")(self.hours)
        found.get(f"{PAGE}/menu")(self.menu)
        found.get(f"{PAGE}/menu/drawing")(self.drawing)
        found.get(f"{PAGE}/texts")(self.texts)

    def hours(
        self, request: Request, name: Name = "", year: Annotated[int, Query(ge=2000, le=LAST_YEAR)] = 0
    ) -> Response:
        """The year of one of the profile's hours: its week, and every day that is another."""
        known = self.service.profile.hours
        chosen = name if name in known else next(iter(known), "")
        of_year = year or self.service.today.year
        calendar = self.service.calendars.get(chosen)
        return self.service.reader.page(
            request,
            "settings_hours.html",
            names=list(known),
            name=chosen,
            year=of_year,
            hours=known.get(chosen),
            specials=specials(known[chosen], calendar, of_year) if calendar else [],
            months=months(calendar, of_year) if calendar else [],
            today=self.service.today,
        )

    def menu(self, request: Request, name: Name = "") -> Response:
        """The menu's drawing, and the same as text."""
        menus = self.service.profile.menus
        chosen = name if name in menus else next(iter(menus), "")
        tree = drawing.tree(menus[chosen]) if chosen else ""
        return self.service.reader.page(request, "settings_menu.html", names=list(menus), name=chosen, tree=tree)

    def drawing(self, request: Request, name: Name = "") -> Response:
        """The drawing itself, as SVG."""
        profile = self.service.profile
        if name not in profile.menus:
            return self.service.reader.missing(request)
        lang = self.service.reader.language(request)
        spoken = lang if lang in profile.languages else profile.default_language
        return Response(drawing.svg(profile.menus[name], profile.prompts, spoken, name), media_type="image/svg+xml")

    def texts(self, request: Request, kind: Name = "") -> Response:
        """A mail in every language, filled in with an invented case."""
        service, known = self.service, kinds(self.service.profile)
        chosen = kind if kind in known else known[0]
        found = [
            sample(chosen, lang, service.profile, service.signer, service.clock()) for lang in service.profile.languages
        ]
        return service.reader.page(request, "settings_texts.html", kinds=known, kind=chosen, texts=found)
