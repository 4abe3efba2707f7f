"""What people type into the form, whatever it is."""

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.voice.numbers import e164
from ingest.web.answers import LONGEST_ADDRESS, LONGEST_TEXT, Rules, has_national_number, path, typed
from tests.profiles import shipped

PROFILE = shipped()
RULES = Rules(profile=PROFILE, number=partial(e164, home="BE"))
SAID = {"in": "mon_espace", "in.mon_espace": "erreur", "text": "Erreur 500", "name": "Jeanne", "email": "j@example.org"}

names = st.one_of(
    st.sampled_from(["in", "in.mon_espace", "text", "email", "for", "for_email", "number", "field.dossier", "token"]),
    st.text(max_size=30),
)
values = st.one_of(st.text(max_size=300), st.integers(), st.none(), st.sampled_from(["mon_espace", "acces", "yes"]))


@given(st.dictionaries(names, values, max_size=12))
def test_nothing_that_is_posted_is_too_odd(posted: dict[str, Any]) -> None:
    kept = typed(posted)
    assert all(isinstance(value, str) and len(value) <= LONGEST_TEXT + 1 for value in kept.values())
    assert "\x00" not in "".join(kept.values())
    assert typed(kept) == kept
    RULES.choice_faults(kept)
    RULES.faults(kept)
    RULES.own(kept)
    has_national_number(kept)
    walked = path(kept, PROFILE.web_form)
    assert [one.id for one in PROFILE.web_form.walk(walked)] == list(walked)


def test_what_is_right_has_no_fault() -> None:
    assert RULES.choice_faults(SAID) == {}
    assert RULES.faults(SAID) == {}


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"text": ""}, {"text": "missing"}),
        ({"text": "a" * (LONGEST_TEXT + 1)}, {"text": "long"}),
        ({"name": ""}, {"name": "missing"}),
        ({"name": "a" * 201}, {"name": "long"}),
        ({"email": ""}, {"email": "missing"}),
        ({"email": "jeanne"}, {"email": "wrong"}),
        ({"email": "jeanne@example"}, {"email": "wrong"}),
        ({"email": "a@b@example.org"}, {"email": "wrong"}),
        ({"email": "jeanne @example.org"}, {"email": "wrong"}),
        ({"email": "a@example..org"}, {"email": "wrong"}),
        ({"email": "j" * 65 + "@example.org"}, {"email": "wrong"}),
        ({"email": f"j@{'a' * LONGEST_ADDRESS}.org"}, {"email": "wrong"}),
        ({"email": "Assistance+x@monpermis.example.be"}, {"email": "ours"}),
        ({"phone": "12"}, {"phone": "wrong"}),
        ({"phone": "0470 00 12 34"}, {}),
        ({"number": "MPA-26-00412"}, {}),
        ({"number": "mpa-26-00412"}, {}),
        ({"number": "412"}, {"number": "wrong"}),
        ({"for": "yes"}, {"for_name": "missing"}),
        ({"for": "yes", "for_name": "Paul", "for_email": "paul"}, {"for_email": "wrong"}),
        ({"for_email": "paul"}, {}),  # the box is not ticked
    ],
)
def test_what_is_wrong_is_said_of_its_field(changes: dict[str, str], faults: dict[str, str]) -> None:
    assert RULES.faults({**SAID, **changes}) == faults


def test_fields_of_the_profile_are_asked_for_where_it_says() -> None:
    asked = {**SAID, "in": "annuaire", "field.annuaire_date": "demain"}
    assert RULES.faults(asked) == {
        "field.annuaire_service": "missing",
        "field.annuaire_numero": "missing",
        "field.annuaire_date": "wrong",
    }
    assert [one.id for one, _ in RULES.asked(SAID)] == ["dossier"]
    assert RULES.own({**SAID, "field.dossier": "PE/1", "field.annuaire_numero": "081"}) == {"dossier": "PE/1"}


def test_a_reason_of_another_theme_was_chosen_before() -> None:
    assert path({**SAID, "in": "notice"}, PROFILE.web_form) == ("notice",)
    assert RULES.choice_faults({**SAID, "in": "notice"}) == {"in.notice": "choose"}
    assert RULES.choice_faults({}) == {"in": "choose"}


def test_a_national_number_is_seen_wherever_people_write_freely() -> None:
    assert has_national_number({"text": "le 85.07.30-033 28"})
    assert has_national_number({"field.dossier": "85073003328"})
    assert not has_national_number({"text": "le 85.07.30-033 29"})
