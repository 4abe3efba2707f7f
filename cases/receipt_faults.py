"""What is wrong with what receipts say: rules, what they ask for, articles, contacts, and the service's own fields."""

import re
from collections.abc import Iterator, Sequence

from cases.answers import IN_SCOPE
from cases.hours import Fault, is_date
from cases.knowledge import TELLING, phrases
from cases.patterns import faults as pattern_faults
from cases.profile import FieldKind, OwnField, Profile
from cases.receipt import Answer, Article, ReceiptRule, Wanted
from cases.routing_faults import Known, rule_faults, when_faults

ID = re.compile("[a-z][a-z0-9_]{0,39}")
_FOUND = (FieldKind.TEXT, FieldKind.CHOICE)
"""The kinds of field whose value can be copied from a text as it stands there."""


def faults(profile: Profile, known: Known) -> Iterator[Fault]:
    """(key, cause, mend) each. `known` are the values of a case's attributes (`cases.routing_faults.known_to`)."""
    yield from rule_faults("receipts", profile.receipts, known)
    for index, rule in enumerate(profile.receipts):
        yield from _answer_faults(f"receipts.{index}", rule, profile)
    for index, wanted in enumerate(profile.wanted):
        yield from _wanted_faults(f"wanted.{index}", wanted, known)
    for index, article in enumerate(profile.articles):
        yield from article_faults(f"articles.{index}", article, profile.languages, known)
    for index, one in enumerate(profile.fields):
        yield from _field_faults(f"fields.{index}", one)
    for key in ("wanted", "articles", "fields"):
        yield from _id_faults(key, [one.id for one in getattr(profile, key)])
    for scope in profile.contacts:
        if scope not in profile.scopes or scope == IN_SCOPE:
            yield f"contacts.{scope}", "nobody writes about that and means somebody else", "name another of `scopes`"
    yield from _form_faults(profile)


def _answer_faults(key: str, rule: ReceiptRule, profile: Profile) -> Iterator[Fault]:
    if rule.answer is Answer.REDIRECT:
        for scope in rule.when.get("scope", (IN_SCOPE,)):
            if scope not in profile.contacts:
                yield f"{key}.answer", f"there is no contact for {scope}", "name scopes that [contacts] has in `when`"
    if rule.answer is Answer.RETIRED and not _has_form(profile):
        yield f"{key}.answer", "there is no form to send people to", "add `form`, or a form.toml"


def _wanted_faults(key: str, wanted: Wanted, known: Known) -> Iterator[Fault]:
    yield from when_faults(f"{key}.when", wanted.when, known)
    yield from pattern_faults(f"{key}.pattern", wanted.pattern)
    if not (wanted.pattern or wanted.files):
        yield key, "nothing would ever be it", "add a `pattern`, or the `files` that would do"
    for index, kind in enumerate(wanted.files):
        if kind.count("/") != 1:
            yield f"{key}.files.{index}", f"{kind} is no content type", "write one such as image/* or application/pdf"


def article_faults(key: str, article: Article, languages: Sequence[str], known: Known) -> Iterator[Fault]:
    """What is wrong with one article, but for its id."""
    yield from when_faults(f"{key}.when", article.when, known)
    if not TELLING & article.when.keys():
        yield f"{key}.when", "names neither motif nor tool: it is never proposed", "name what it is about"
    if not article.title.strip():
        yield f"{key}.title", "the text is missing", "write it"
    if article.lang not in languages:
        yield f"{key}.lang", f"{article.lang} is not among languages", "add it there or choose another"
    if not _is_link(article.link):
        yield f"{key}.link", f"{article.link} is no address of a page", "write it as https://..."
    if article.keywords and not phrases(article.keywords):
        yield f"{key}.keywords", "holds no word", "write words, parted by commas"
    if article.expires and not is_date(article.expires):
        yield f"{key}.expires", f"{article.expires} is not a date", 'write it as 2027-12-31, or "" for never'


def _field_faults(key: str, one: OwnField) -> Iterator[Fault]:
    yield from pattern_faults(f"{key}.pattern", one.pattern)
    if one.pattern and one.kind not in _FOUND:
        yield f"{key}.pattern", f"a {one.kind} is not copied from a text", "leave it out, or make it a text"
    if one.kind is FieldKind.CHOICE and not one.options:
        yield f"{key}.options", "there is nothing to choose from", "name at least one"
    if one.kind is not FieldKind.CHOICE and one.options:
        yield f"{key}.options", f"a {one.kind} has none", 'leave them out, or write kind = "choice"'


def _id_faults(key: str, ids: Sequence[str]) -> Iterator[Fault]:
    for index, name in enumerate(ids):
        if not ID.fullmatch(name):
            yield f"{key}.{index}.id", f"{name} is not an id", "write up to 40 lower-case letters, digits and _"
        elif name in ids[:index]:
            yield f"{key}.{index}.id", f"{name} stands there twice", "give each another"


def _form_faults(profile: Profile) -> Iterator[Fault]:
    if profile.form and not _is_link(profile.form):
        yield "form", f"{profile.form} is no address of a page", "write it as https://..."
    for index, box in enumerate(profile.mailboxes):
        if box.retired and not _has_form(profile):
            yield f"mailboxes.{index}.retired", "there is no form to send people to", "add `form`, or a form.toml"


def _has_form(profile: Profile) -> bool:
    """Whether people can be sent to a form: another, or our own."""
    return bool(profile.form or profile.web_form.themes)


def _is_link(written: str) -> bool:
    return re.fullmatch(r"https://[^\s/]+\.[^\s/]+(/\S*)?", written) is not None
