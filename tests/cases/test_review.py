from hypothesis import given
from hypothesis import strategies as st

from cases.review import AUDITED_OF, KEYS, Draft, Field, audited

OPTIONS = {Field.MOTIF: ("question", "fault"), Field.TOOL: ("portal", "aucun"), Field.SCOPE: ("in", "spam")}
LABELS = {Field.MOTIF: "question", Field.TOOL: "aucun", Field.SCOPE: "in"}


def after(keys: str) -> Draft:
    draft = Draft(OPTIONS, LABELS)
    for key in keys:
        draft = draft.press(key)
    return draft


def test_digits_choose_field_after_field() -> None:
    assert after("21").labels == {Field.MOTIF: "fault", Field.TOOL: "portal", Field.SCOPE: "in"}


def test_a_letter_or_tab_goes_to_a_field() -> None:
    assert after("o2").labels == {**LABELS, Field.SCOPE: "spam"}
    assert after("\t1").labels == {**LABELS, Field.TOOL: "portal"}
    assert after("\t\t\t2").labels == {**LABELS, Field.MOTIF: "fault"}


@given(st.text(alphabet=KEYS + "mtox \t\n", max_size=20))
def test_any_keys_leave_labels_that_exist(keys: str) -> None:
    draft = after(keys)
    assert all(draft.labels[field] in OPTIONS[field] for field in Field)


@given(st.sampled_from("39XYZ?éx"))
def test_other_keys_change_nothing(key: str) -> None:
    assert after(key) == after("")


def test_a_twentieth_is_audited_and_always_the_same() -> None:
    numbers = [f"MPA-26-{sequence:05d}" for sequence in range(20_000)]
    drawn = [number for number in numbers if audited(number)]
    assert 0.9 < len(drawn) * AUDITED_OF / len(numbers) < 1.1
    assert drawn == [number for number in drawn if audited(number)]
