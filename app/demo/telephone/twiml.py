"""Reads a document as strictly as the provider does, or more: what it would only warn of is refused here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from app.demo.telephone import voices
from app.demo.telephone.grammar import ALL, RULES, Rule

LARGEST = 64 * 1024
LONGEST_SAY = 4096
LONGEST_NAME = 64
MOST_HINTS = 500
LONGEST_HINT = 100


class RefusedError(Exception):
    """A document that the provider does not carry out. `code` is of its list (twilio.com/docs/api/errors)."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Verb:
    """An element: `text` is all that it says, `children` are the verbs and nouns in it."""

    name: str
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple["Verb", ...] = ()

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def number(self, name: str, default: int) -> int:
        return int(self.attributes.get(name, default))


def read(body: bytes, content_type: str, allowed: frozenset[str] = ALL) -> tuple[Verb, ...]:
    """The verbs of a document. Raises RefusedError."""
    if content_type.partition(";")[0].strip().lower() not in ("text/xml", "application/xml"):
        raise RefusedError(12300, f"the content type is {content_type or 'missing'}")
    if len(body) > LARGEST:
        raise RefusedError(11750, f"the document has {len(body)} bytes")
    root = _parse(body)
    if root.tag != "Response" or root.attrib or (root.text or "").strip():
        raise RefusedError(12100, f"the document is a {root.tag}, not a plain Response")
    return tuple(_verb(element, allowed) for element in _only_elements(root))


def _parse(body: bytes) -> Element:
    """The tree of a document without a DOCTYPE: no entity is ever expanded."""
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(body, True)
        return builder.close()
    except (expat.ExpatError, AssertionError) as error:
        raise RefusedError(12100, f"the document cannot be parsed ({error})") from error


def _no_doctype(*_: object) -> None:
    raise RefusedError(12100, "the document has a DOCTYPE")


def _only_elements(parent: Element) -> list[Element]:
    """The children of an element; text between them is refused."""
    if any((child.tail or "").strip() for child in parent):
        raise RefusedError(12200, f"text stands between the elements of {parent.tag}")
    return list(parent)


def _verb(element: Element, allowed: frozenset[str]) -> Verb:
    rule = RULES.get(element.tag)
    if rule is None or element.tag not in allowed:
        raise RefusedError(12200, f"{element.tag} is not allowed here")
    _check_attributes(element, rule)
    if (element.text or "").strip() and not rule.text:
        raise RefusedError(12200, f"{element.tag} holds text")
    if element.tag == "Say":
        verb = Verb("Say", _spoken(element), element.attrib)
    else:
        children = tuple(_verb(child, rule.children) for child in _only_elements(element))
        verb = Verb(element.tag, (element.text or "").strip(), element.attrib, children)
    _check(verb)
    return verb


def _spoken(say: Element) -> str:
    """The text of a Say; what stands in it is SSML."""
    for element in say.iter():
        rule = RULES[element.tag]
        for child in element:
            if child.tag not in rule.children:
                raise RefusedError(12200, f"{child.tag} is not allowed in {element.tag}")
            _check_attributes(child, RULES[child.tag])
    return " ".join("".join(say.itertext()).split())


def _check_attributes(element: Element, rule: Rule) -> None:
    for name, value in element.attrib.items():
        if name not in rule.attributes:
            raise RefusedError(12200, f"{element.tag} has no attribute {name}")
        if not re.fullmatch(rule.attributes[name], value):
            raise RefusedError(12200, f"{element.tag} {name} cannot be {value!r}")


def _check(verb: Verb) -> None:
    check = _CHECKS.get(verb.name)
    if check is not None:
        check(verb)


def _check_say(verb: Verb) -> None:
    if not verb.text:
        raise RefusedError(13520, "Say has nothing to say")
    if len(verb.text) > LONGEST_SAY:
        raise RefusedError(13520, f"Say has {len(verb.text)} characters")
    if not voices.speaks(verb.get("voice"), verb.get("language")):
        raise RefusedError(13511, f"no voice {verb.get('voice') or 'at all'} speaks {verb.get('language') or 'this'}")


def _check_gather(verb: Verb) -> None:
    if verb.get("language") and verb.get("language") not in voices.RECOGNISED:
        raise RefusedError(13335, f"{verb.get('language')} is not recognised")
    model = verb.get("speechModel")
    if model and model not in voices.MODELS and not model.startswith(voices.MODEL_PREFIXES):
        raise RefusedError(13335, f"there is no speech model {model}")
    if model and not verb.get("speechTimeout").isdigit():
        raise RefusedError(13335, "a speech model wants a speechTimeout in seconds")
    hints = [hint.strip() for hint in verb.get("hints").split(",") if hint.strip()]
    if len(hints) > MOST_HINTS or any(len(hint) > LONGEST_HINT for hint in hints):
        raise RefusedError(13335, "the hints are too many or too long")


def _check_play(verb: Verb) -> None:
    if bool(verb.text) == ("digits" in verb.attributes):
        raise RefusedError(13420, "Play wants either an address or digits")


def _check_enqueue(verb: Verb) -> None:
    if not 0 < len(verb.text) <= LONGEST_NAME:
        raise RefusedError(13240, "the name of a queue has 1 to 64 characters")


def _check_dial(verb: Verb) -> None:
    if bool(verb.text) == bool(verb.children):
        raise RefusedError(13214, "Dial wants either a number or nouns")
    if len(verb.children) > 1:
        raise RefusedError(13214, "Dial wants one number or one queue: several at once are not simulated")


def _check_named(verb: Verb) -> None:
    if not verb.text:
        raise RefusedError(12200, f"{verb.name} is empty")


_CHECKS = {
    "Say": _check_say,
    "Gather": _check_gather,
    "Play": _check_play,
    "Enqueue": _check_enqueue,
    "Dial": _check_dial,
    "Queue": _check_named,
    "Number": _check_named,
    "Redirect": _check_named,
}
