"""The texts of a profile as templates: the check of all of them at once, and their rendering.

A text is a file `KIND.LANGUAGE.txt`: a first line `Subject: …`, a blank line, then paragraphs, each on one line.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cases.errors import PermanentError
from cases.profile import Profile
from notify.kinds import REQUIRED, VARIABLES, needed
from notify.layout import quote

SUBJECT = "Subject: "

Fault = tuple[str, str, str]


def environment() -> ImmutableSandboxedEnvironment:
    """Where texts run: no access beyond the values given, and a name that is not given is an error."""
    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False, auto_reload=False
    )
    made.filters["quote"] = quote
    return made


class Templates:
    """The compiled texts of a profile, each compiled when it is first used."""

    def __init__(self, profile: Profile) -> None:
        self._texts = profile.texts
        self._default = profile.default_language
        self._compiled: dict[tuple[str, str], Template] = {}

    @cached_property
    def _environment(self) -> ImmutableSandboxedEnvironment:
        return environment()

    def render(self, kind: str, lang: str, values: Mapping[str, Any]) -> tuple[str, str]:
        """Subject and text. Raises PermanentError where the profile has no such text or it cannot be rendered."""
        try:
            rendered = self._template(kind, lang).render(values)
        except (TemplateError, KeyError, TypeError, ValueError) as error:
            raise PermanentError(f"the text {kind}.{lang}.txt cannot be rendered: {error}") from error
        first, _, text = rendered.partition("\n")
        return first.removeprefix(SUBJECT), text.strip()

    def _template(self, kind: str, lang: str) -> Template:
        key = (kind, lang)
        if key not in self._compiled:
            self._compiled[key] = self._environment.from_string(self._texts[kind][lang])
        return self._compiled[key]


def check(profile: Profile) -> list[Fault]:
    """Every fault of a profile's texts as (key, what is wrong, how to mend it)."""
    faults = [fault for kind in needed(profile) for fault in _check_kind(profile, kind)]
    strange = [f"texts.{kind}" for kind in profile.texts if kind not in VARIABLES]
    return faults + [(key, "no mail is of that kind", "name the files as docs/mails.md says") for key in strange]


def _check_kind(profile: Profile, kind: str) -> Iterator[Fault]:
    by_language = profile.texts.get(kind, {})
    spoken: dict[str, frozenset[str]] = {}
    for lang in profile.languages:
        key = f"texts.{kind}.{lang}"
        if not by_language.get(lang, "").strip():
            yield key, "the text is missing", f"write texts/{kind}.{lang}.txt"
            continue
        try:
            names = _names(by_language[lang])
        except TemplateSyntaxError as error:
            yield key, f"line {error.lineno}: {error.message}", "mend the template there"
            continue
        spoken[lang] = names
        yield from _check_text(key, by_language[lang], names, kind)
    yield from _check_alike(profile, kind, spoken)


def _names(source: str) -> frozenset[str]:
    return frozenset(meta.find_undeclared_variables(environment().parse(source)))


def _check_text(key: str, source: str, names: frozenset[str], kind: str) -> Iterator[Fault]:
    first, _, rest = source.partition("\n")
    if not first.startswith(SUBJECT) or not rest.startswith("\n"):
        yield key, "does not begin with a subject", f"begin with a line «{SUBJECT}…», then a blank line"
    for name in sorted(names - VARIABLES[kind]):
        yield key, f"{name} is not known here", "use only " + ", ".join(sorted(VARIABLES[kind]))
    for name in sorted(REQUIRED[kind] - names):
        yield key, f"does not say {{{{ {name} }}}}", "add it: readers or replies depend on it"


def _check_alike(profile: Profile, kind: str, spoken: Mapping[str, frozenset[str]]) -> Iterator[Fault]:
    model = spoken.get(profile.default_language, frozenset())
    for lang, names in spoken.items():
        for name in sorted(model - names):
            yield f"texts.{kind}.{lang}", f"does not say {name}, {profile.default_language} does", "say the same"
        for name in sorted(names - model) if model else ():
            yield f"texts.{kind}.{lang}", f"says {name}, {profile.default_language} does not", "say the same"
