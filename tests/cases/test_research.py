"""What leaves for research: nobody's in particular."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cases.research import LEAST, Studied, hours_between, month_of, suppressed, unnamed

ONE = Studied(
    case="0", person="0", month="2026-03", lang="fr", channel="email", category="incident", motif="acces",
    tool="notice", priority="P3", hours=4, text="Bonjour",
)  # fmt: skip


def many(count: int, **traits: str) -> list[Studied]:
    return [replace(ONE, case=f"{traits}{n}", **traits) for n in range(count)]


def test_what_few_share_loses_its_traits_from_the_last_on_and_its_text() -> None:
    found = suppressed([*many(5), *many(5, tool="mon_permis"), *many(3, tool="rare"), *many(2, tool="rarer")])
    assert Counter(one.tool for one in found) == {"notice": 5, "mon_permis": 5, "": 5}
    assert {one.motif for one in found} == {"acces"}
    assert {one.text for one in found if not one.tool} == {""}


def test_who_stays_alone_is_left_out() -> None:
    assert suppressed([*many(9), *many(1, month="2020-01")]) == many(9)
    assert suppressed(many(4)) == []


@given(st.lists(st.tuples(*(st.sampled_from(["a", "b"]) for _ in range(4))), max_size=60))
def test_no_combination_that_leaves_is_shared_by_fewer(rows: list[tuple[str, ...]]) -> None:
    names = ("lang", "channel", "motif", "tool")
    cases = [replace(ONE, case=str(n), **dict(zip(names, row, strict=True))) for n, row in enumerate(rows)]
    found = suppressed(cases)
    shared = Counter((one.month, one.lang, one.channel, one.category, one.motif, one.tool) for one in found)
    assert all(count >= LEAST for count in shared.values())
    assert len(found) == len({one.case for one in found})


def test_moments_are_rounded_and_texts_are_nameless() -> None:
    then = datetime(2026, 3, 24, 9, 5, tzinfo=UTC)
    assert (month_of(then), hours_between(then, then + timedelta(hours=3, minutes=40)), hours_between(then, None)) == (
        "2026-03",
        4,
        None,
    )
    text = "Bonjour, Zylberquist au 0470 55 19 77, perrine@example.org. Mme Delvigne le sait."
    assert unnamed(text, ["Perrine Zylberquist"]) == "Bonjour, [name] au [phone], [email]. Mme [name] le sait."
