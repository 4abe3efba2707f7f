"""docs/scale.md: written from what was measured, and nothing else."""

import json
import xml.etree.ElementTree as ET

import pytest

from bench import scale, simulate
from bench.plot import Axis, plot
from bench.simulate import Costs

LATEST = {taken["measure"]: taken for taken in map(json.loads, scale.RESULTS.read_text(encoding="utf-8").splitlines())}


@pytest.fixture(scope="module")
def cost() -> Costs:
    return simulate.costs(LATEST)


def test_costs_are_those_of_the_latest_lines(cost: Costs) -> None:
    road = LATEST["road"]["figures"]["service, PostgreSQL"]
    assert cost.read * road["mails"] == pytest.approx(road["steps"]["parse"] + road["steps"]["tag"])
    assert cost.raw * LATEST["storage"]["figures"]["mails"] == pytest.approx(LATEST["storage"]["figures"]["raw"])
    assert cost.decide < cost.locked < cost.decide + cost.server


def test_the_page_has_a_place_for_every_figure_and_is_filled_again() -> None:
    page = scale.PAGE.read_text(encoding="utf-8")
    once = scale.filled(page, dict.fromkeys(scale.BLOCKS, "a table"))
    assert once.count("a table\n<!-- end -->") == len(scale.BLOCKS)
    assert scale.filled(once, dict.fromkeys(scale.BLOCKS, "a table")) == once
    with pytest.raises(LookupError, match="another"):
        scale.filled(page, {"another": ""})


def test_what_is_used_up_first_is_named_first(cost: Costs) -> None:
    for one in scale.limits(cost):
        assert one.used(one.mails()) == pytest.approx(1)
    table = scale.BLOCKS["limits"](cost, LATEST).splitlines()[2:]
    millions = [float(line.split("|")[2].split()[0]) for line in table]
    assert millions == sorted(millions)


def test_what_a_size_needs_grows_with_it(cost: Costs) -> None:
    small, large = (scale.need(size, cost) for size in scale.SIZES[1:3])
    assert small.workers
    assert large.workers
    assert small.workers <= large.workers
    assert (small.connects, large.connects) == (2, 10)
    assert small.connections() < large.connections()


def test_a_plot_is_a_picture_whose_curves_have_names() -> None:
    axes = Axis("x", {0: "0", 10: "10"}, 0, 10), Axis("y & z", {1: "1", 100: "100"}, 1, 100, is_log=True)
    drawn = ET.fromstring(plot("A <title>", axes, {"one": [(0, 1), (10, 100)], "two": [(5, 10), (20, 1000)]}))
    texts = {one.text for one in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"A <title>", "y & z", "one", "two"} <= texts
    lines = [one.attrib["points"].split() for one in drawn.iter("{http://www.w3.org/2000/svg}polyline")]
    assert len(lines) == 2
    assert lines[0][-1] == lines[1][-1]  # what lies beyond an axis is drawn at its end
