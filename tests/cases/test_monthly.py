"""A review out of the counts of its days: tables that add up, what recurs, and what is missing, by name."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from cases.daily import Counts
from cases.knowledge import Gap
from cases.monthly import Beside, Period, Review, review
from cases.phone import Phone
from cases.tabled import MOST, REST, Kind, Table

FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def reviewed(
    days: dict[date, Counts],
    earlier: dict[date, Counts] | None = None,
    *,
    gaps: Sequence[Gap] | None = None,
    is_over: bool = True,
    is_settled: bool = True,
) -> Review:
    beside = Beside(
        earlier=earlier or {},
        categories={"acces": "requete"},
        without_article=gaps,
        phone=Phone(),
        scopes=("in", "metier", "imio_civadis", "autre_service", "spam"),
    )
    return review(Period(FIRST, SECOND, NOW, is_over, is_settled), days, beside)


def values(table: Table) -> dict[str, tuple[float | None, ...]]:
    return {row.id: row.values for row in table.rows}


def test_each_mailbox_adds_up_and_what_does_not_is_listed_by_day() -> None:
    days = {
        FIRST: Counter({"in/assistance/case": 3, "in/assistance/spam": 1, "in/form/case": 2, "line/1718/answered": 4}),
        SECOND: Counter({"in/assistance/pending": 1, "line//running": 2}),
    }
    found = reviewed(days)
    mailboxes = values(found.table("mailboxes"))
    assert mailboxes["assistance"][0] == 5
    assert mailboxes["assistance"][-1] == 1
    assert mailboxes["form"][-1] == 0
    assert values(found.table("lines")) == {"": (2, *[0] * 7, 2), "1718": (4, 4, *[0] * 7)}
    assert values(found.table("unbalanced")) == {SECOND.isoformat(): (3,)}


NAMES = st.sampled_from(("in/assistance/case", "in/a/held", "in/form/pending", "line/1718/missed", "line//running"))


@given(st.dictionaries(NAMES, st.integers(0, 50)))
def test_received_is_the_sum_of_every_fate_and_of_what_has_none(counts: dict[str, int]) -> None:
    found = reviewed({FIRST: Counter(counts)})
    for name in ("mailboxes", "lines"):
        for row in found.table(name).rows:
            received, *fates = (value or 0 for value in row.values)
            assert received == sum(fates)
    received = sum(row.values[0] or 0 for name in ("mailboxes", "lines") for row in found.table(name).rows)
    assert received == sum(counts.values())


def test_the_most_frequent_are_named_and_the_rest_is_one_row() -> None:
    counts = Counter({f"topic/tool{number:02d}/acces": 20 - number for number in range(MOST + 2)})
    tools = reviewed({FIRST: counts}).table("tools")
    assert [row.id for row in tools.rows[:2]] == ["tool00", "tool01"]
    assert (tools.rows[-1].kind, tools.rows[-1].id) == (Kind.WORD, REST)
    assert sum(row.values[0] or 0 for row in tools.rows) == counts.total()


def test_a_topic_grows_against_the_mean_of_the_months_that_had_cases() -> None:
    now = Counter({"topic/notice/acces": 9, "topic/twice/acces": 4, "topic/gesper/acces": 5})
    earlier = {
        date(2025, 12, 1): Counter[str](),
        date(2026, 1, 1): Counter({"topic/notice/acces": 4, "topic/twice/acces": 1}),
        date(2026, 2, 1): Counter({"topic/notice/acces": 8}),
    }
    recurring = reviewed({FIRST: now}, earlier).table("recurring")
    assert [column.name for column in recurring.columns] == ["now", "2026-01-01", "2026-02-01", "change", "grown"]
    assert values(recurring) == {
        "notice/acces": (9, 4, 8, 0.5, 1),
        "gesper/acces": (5, 0, 0, None, 1),
        "twice/acces": (4, 1, 0, 7.0, 0),
    }


def test_what_is_missing_is_named() -> None:
    assert reviewed({FIRST: Counter()}).missing == ("nothing",)
    assert reviewed({FIRST: Counter()}, is_over=False, is_settled=False).missing == ("not_over", "nothing")
    some = Counter({"cases": 1, "electronic/open": 1})
    found = reviewed({FIRST: some}, is_settled=False).missing
    assert found[0] == "not_settled"
    assert {"no_answer_rate", "no_satisfaction", "still_open", "no_tagging", "no_earlier", "no_articles"} <= set(found)
    full = some | {"tagged/looked_at": 1}
    assert "no_articles" not in reviewed({FIRST: Counter(full)}, gaps=()).missing


def test_days_are_drawn_where_there_are_several() -> None:
    counts = Counter({"topic/notice/acces": 1})
    one, two = reviewed({FIRST: counts}), reviewed({FIRST: counts, SECOND: counts})
    assert "tools_by_day" not in {table.name for table in one.tables}
    assert values(two.table("tools_by_day")) == {FIRST.isoformat(): (1,), SECOND.isoformat(): (1,)}


def test_topics_without_an_article_stand_beside_what_agents_said() -> None:
    gaps = [Gap("notice", "acces", 3, 1), Gap("twice", "acces", 1, 0), Gap("gesper", "erreur", 0, 2)]
    found = reviewed({FIRST: Counter({"cases": 4})}, gaps=gaps).table("without_article")
    assert values(found) == {"notice/acces": (3, 0.75, 1), "twice/acces": (1, 0.25, 0), "gesper/erreur": (0, 0, 2)}
    many = [Gap(f"tool{number:02d}", "acces", 2, 1) for number in range(MOST + 3)]
    rest = reviewed({FIRST: Counter({"cases": 4})}, gaps=many).table("without_article").rows[-1]
    assert (rest.id, rest.values) == (REST, (6, 6 / 26, 3))


def test_where_only_agents_miss_an_article_there_is_no_share() -> None:
    found = reviewed({FIRST: Counter({"cases": 4})}, gaps=[Gap("notice", "acces", 0, 1)])
    assert values(found.table("without_article")) == {"notice/acces": (0, None, 1)}


def test_first_contacts_stand_by_the_way_people_came() -> None:
    counts = Counter({"phone/first_contacts": 4, "phone/first_contacts_resolved": 1, "logged/open": 1})
    assert values(reviewed({FIRST: counts}).table("first_contact")) == {
        "by_phone": (4, 1, 0.25),
        "in_writing": (0, 0, None),
        "off_the_line": (1, 0, 0),
    }


def test_what_is_redirected_is_counted_by_the_scopes_of_the_service() -> None:
    scopes = ("in", "autre_service", "spam")
    beside = Beside(earlier={}, categories={}, without_article=None, phone=Phone(), scopes=scopes)
    days = {FIRST: Counter({"scope/autre_service": 2, "scope/spam": 1})}
    found = review(Period(FIRST, SECOND, NOW, True, True), days, beside)
    assert values(found.table("deflection")) == {"deflected": (0,), "transferred": (0,), "autre_service": (2,)}
