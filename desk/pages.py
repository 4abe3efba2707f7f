"""Templates: one environment, everything escaped, nothing undefined."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cases.dangers import danger
from cases.event import Channel
from cases.form_faults import SOURCE as FORM
from cases.profile import Labels, Profile
from desk import navigation
from desk.inbox.views import KEYS
from desk.words import LANGUAGES, Words
from ingest.logged import SOURCE
from ingest.voice.numbers import written

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def environment() -> Environment:
    """The desk's templates. HTML is escaped in every one of them."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.globals["danger"] = danger
    return found


@cache
def asset(name: str) -> str:
    """The address of a static file, with its content's hash so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?{digest}"


@dataclass(frozen=True)
class Pages:
    """Renders the pages of one service. `demo`: the demonstration is running."""

    profile: Profile
    demo: bool = False

    def words(self, lang: str) -> Words:
        """The words of that language, with the service's clock."""
        return Words(lang, ZoneInfo(self.profile.timezone))

    def render(self, template: str, lang: str, **values: Any) -> str:
        """A page in that language, as HTML."""
        words = self.words(lang)
        return (
            environment()
            .get_template(template)
            .render(
                t=words,
                lang=lang,
                languages=LANGUAGES,
                service=words.label(self.profile.service, self.profile.name),
                labels=Named(self.profile, words),
                asset=asset,
                demo=self.demo,
                view_keys=KEYS,
                navigation=navigation,
                **values,
            )
        )


@dataclass(frozen=True)
class Named:
    """The profile's labels in one language; an id that the profile no longer has stands for itself."""

    profile: Profile
    words: Words

    def category(self, identity: str) -> str:
        return self._of({one.id: one.labels for one in self.profile.categories}, identity)

    def shape(self, category: str) -> str:
        """What stands beside that category's name: a triangle for the one of incidents, a circle and a square for the
        first two others."""
        if category == self.profile.category_of("incident"):
            return "incident"
        others = [one.id for one in self.profile.categories if one.id != self.profile.category_of("incident")]
        return dict(zip(others, ("first", "second"), strict=False)).get(category, "other")

    def motif(self, identity: str) -> str:
        return self._of({one.id: one.labels for one in self.profile.motifs}, identity)

    def tool(self, identity: str) -> str:
        """A tool's name, or '' where none is concerned."""
        if identity in ("", "aucun"):
            return ""
        return self._of({one.id: one.labels for one in self.profile.tools}, identity)

    def subject(self, case: Any) -> str:
        """What a case is about: the subject that its sender wrote, or for a call what the menu knows."""
        if case.subject or case.channel != Channel.PHONE:
            return case.subject or self.words("message.no_subject")
        return " – ".join(filter(None, (self.words("call.title"), self.tool(case.tool))))

    def reached_at(self, case: Any) -> str:
        """The requester's address, or the number of who called."""
        if case.requester or case.channel != Channel.PHONE:
            return str(case.requester)
        return written(case.phone) if case.phone else self.words("call.hidden")

    def agent(self, identity: str) -> str:
        """A person's name, or the id where the profile has none for it."""
        return next((one.name for one in self.profile.routing.agents if one.id == identity and one.name), identity)

    def second_level(self, identity: str) -> str:
        return next((one.label for one in self.profile.second_level if one.id == identity), identity)

    def field(self, identity: str) -> str:
        return self._of({one.id: one.labels for one in self.profile.fields}, identity)

    def mailbox(self, name: str) -> str:
        """The address of a mailbox, or its name where the profile has it no longer. Calls logged by hand have none."""
        known = {box.name: box.address for box in self.profile.mailboxes} | {
            SOURCE: self.words("file.logged"),
            FORM: self.words("file.form"),
        }
        return known.get(name, name)

    def _of(self, known: Mapping[str, Labels], identity: str) -> str:
        return self.words.label(known.get(identity, {}), identity)
