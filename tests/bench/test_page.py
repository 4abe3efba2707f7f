"""The page of figures says what was reached, also where a goal was missed; its curves are drawings."""

from typing import Any
from xml.etree import ElementTree

from bench.curves import images
from bench.page import page

MAIL = {
    "mails": 100,
    "cpu": 1.0,
    "server_cpu": 0.5,
    "steps": {"parse": 0.1, "tag": 0.4, "decide and write": 0.2},
    "cased": 5.0,
    "sent": 10.0,
    "peak_mb": 180.0,
}
SLOW = MAIL | {"cpu": 2.0, "sent": 8.0}


def taken(figures: Any) -> dict[str, Any]:
    known = {"at": "2026-11-22T08:00+00:00", "python": "3.11", "cores": 2, "rounds": 5, "load_before": 0.1}
    return known | {"figures": figures}


LATEST = {
    "past": taken({name: {"0": MAIL, "1000000": SLOW} for name in ("SQLite", "PostgreSQL")}),
    "workers": taken({"embedded": MAIL, "1 workers": MAIL, "2 workers": SLOW, "4 workers": SLOW}),
    "backlog": taken(
        MAIL
        | {"peak_mb": {"web 0": 90.0, "worker 1": 170.0}, "webhooks": 900, "p50": 5.0, "p99": 60.0, "failed": 0}
        | {"mails": 10_000}
    ),
    "peer": taken({"version": "1.0", "django-helpdesk": MAIL | {"cpu": 20.0}, "service, PostgreSQL": MAIL}),
    "mixes": taken({"ordinary": MAIL}),
}


def test_goals_say_whether_they_were_met() -> None:
    rows = [line for line in page(LATEST).splitlines() if line.endswith("met |") or "**not met**" in line]
    said = {row.split(" | ")[0].removeprefix("| "): row.split(" | ")[2] for row in rows}
    assert said["CPU a mail beside the most old cases, against none, SQLite"] == "1.67 ×"
    assert said["mails a second of two workers, against one"] == "1.25 ×"
    assert next(row for row in rows if "SQLite" in row).endswith("**not met** |")
    assert next(row for row in rows if "webhooks" in row).endswith("| met |")


def test_what_was_not_measured_is_left_out() -> None:
    text = page({"backlog": LATEST["backlog"]})
    assert "A backlog, while people call" in text
    assert "django-helpdesk" not in text


def test_the_desk_is_held_to_its_goals_on_both_databases() -> None:
    quick, slow = ({"median": p95 / 2, "p95": p95, "cpu": p95 / 2} for p95 in (40.0, 200.0))
    pages = {
        "SQLite": {"a case": quick, "search: a word": slow},
        "PostgreSQL": {"a case": slow, "search: a word": slow},
    }
    paint = {"the inbox": {"cold": 800.0, "warm": 300.0, "slow_cold": 1300.0, "slow_warm": 500.0}}
    desk = {"desk": taken({"cases": 1_000, "pages": pages}), "paint": taken({"cases": 1_000, "paint": paint})}
    text = page(desk)
    assert "| a case | 20 | 40 | 20 | 100 | 200 | 100 | **not met** |" in text
    assert "| search: a word | 100 | 200 | 100 | 100 | 200 | 100 | met |" in text
    assert "| the inbox | 800 | 300 | 1300 | 500 | met |" in text
    assert "| p95 of the desk's slowest page, a million cases | at most 150 ms | 200.00 ms | **not met** |" in text


def test_each_curve_is_a_drawing_that_the_page_shows() -> None:
    text = page(LATEST)
    drawn = dict(images(LATEST))
    assert set(drawn) == {"bench-past.svg", "bench-workers.svg"}
    for name, image in drawn.items():
        assert f"images/{name}" in text
        assert ElementTree.fromstring(image).tag.endswith("svg")
