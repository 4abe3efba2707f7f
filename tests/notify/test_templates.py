from dataclasses import replace

import pytest

from cases.errors import PermanentError
from cases.policy import OutboundKind
from notify.kinds import REQUIRED, VARIABLES
from notify.templates import Templates, check
from tests.notify.letters import everything
from tests.notify.outbox import profile


def with_text(kind: str, lang: str, text: str):
    found = profile()
    return replace(found, texts={**found.texts, kind: {**found.texts[kind], lang: text}})


def test_every_kind_of_mail_has_a_text_with_the_same_variables_in_every_language() -> None:
    assert set(VARIABLES) == {kind.value for kind in OutboundKind}
    assert check(profile()) == []


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "the text is missing"),
        ("Subject: x\n\n{{ number }", "line 3: unexpected '}'"),
        ("Bonjour", "does not begin with a subject"),
        ("Subject: x\nBonjour", "does not begin with a subject"),
        ("Subject: x\n\n{{ password }}", "password is not known here"),
        ("Subject: x\n\n{{ number }} {{ expected }}", "does not say {{ reference }}"),
        ("Subject: x\n\n{{ number }} {{ reference }} {{ expected }}", "does not say motif, fr does"),
    ],
)
def test_a_faulty_text_is_named_with_its_key_and_its_mend(text: str, cause: str) -> None:
    faults = check(with_text("acknowledgement", "de", text))
    assert any(key == "texts.acknowledgement.de" and cause in found and mend for key, found, mend in faults), faults


@pytest.mark.parametrize("kind", list(OutboundKind))
def test_a_text_that_misses_a_field_or_names_a_strange_one_is_refused(kind: str) -> None:
    whole = everything()
    names = " ".join(f"{{{{ {name} }}}}" for name in sorted(REQUIRED[kind])[1:])
    bad = replace(
        whole, texts={**whole.texts, kind: dict.fromkeys(whole.languages, f"Subject: x\n\n{names} {{{{ n }}}}")}
    )
    faults = check(bad)
    for lang in whole.languages:
        said = {cause for key, cause, mend in faults if key == f"texts.{kind}.{lang}" and mend}
        assert said == {f"does not say {{{{ {min(REQUIRED[kind])} }}}}", "n is not known here"}


def test_what_a_text_must_say_is_something_that_it_is_given() -> None:
    assert all(REQUIRED[kind] <= VARIABLES[kind] for kind in OutboundKind)


def test_a_text_of_no_kind_is_named() -> None:
    found = profile()
    misspelt = replace(found, texts={**found.texts, "acknowlegement": {"fr": "Subject: x\n\nx"}})
    assert [key for key, _, _ in check(misspelt)] == ["texts.acknowlegement"]


@pytest.mark.parametrize(
    "text",
    [
        "Subject: x\n\n{{ unknown }}",
        "Subject: x\n\n{{ number.__class__.__mro__ }}",
        "Subject: x\n\n{{ ''.__class__.__base__.__subclasses__() }}",
        "Subject: x\n\n{{ flags.append('x') }}",
    ],
)
def test_a_text_cannot_reach_beyond_its_values(text: str) -> None:
    templates = Templates(with_text("acknowledgement", "fr", text))
    with pytest.raises(PermanentError, match=r"acknowledgement\.fr\.txt"):
        templates.render("acknowledgement", "fr", {"number": "MPA-26-00412", "flags": []})


def test_a_language_without_a_text_is_a_permanent_error() -> None:
    with pytest.raises(PermanentError):
        Templates(profile()).render("acknowledgement", "it", {})
