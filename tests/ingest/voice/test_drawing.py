"""A menu is drawn whole: every node once, every way out of it, in a terminal and as SVG."""

from itertools import pairwise
from xml.etree import ElementTree as Xml

import pytest

from cases.phone import Choose, Goodbye, Identify, Menu, Option, Prompt, Queue, Voicemail
from ingest.voice.drawing import svg, tree
from ingest.voice.graph import edges
from tests.ingest.voice.walks import profile

SMALL = Menu(
    start="which",
    started="which",
    nodes={
        "which": Choose(
            prompt="which",
            options=(Option(key="1", next="queue"), Option(key="", next="end")),
            person="queue",
            number="case",
            otherwise="queue",
        ),
        "case": Identify(prompt="case", next="which"),
        "queue": Queue(callback="message", voicemail="message"),
        "message": Voicemail(prompt="message", next="end"),
        "end": Goodbye(prompt="end", referral=True),
    },
)
SVG = "{http://www.w3.org/2000/svg}"


def test_the_tree_names_what_leads_where() -> None:
    assert tree(SMALL) == (
        "start: which (choose)\n"
        "├── 1, 0, otherwise > queue (queue)\n"
        "│   └── 1, 2 > message (voicemail)\n"
        "│       └── then > end (goodbye)\n"
        "├── speech > end (goodbye)\n"
        "└── # > case (identify)\n"
        "    └── then > which (choose) ^\n"
        "line of one language: which (choose) ^\n"
    )


@pytest.mark.parametrize("menu", [SMALL, profile().menus["assistance"]])
def test_the_svg_has_each_node_and_each_way(menu: Menu) -> None:
    root = Xml.fromstring(svg(menu, profile().prompts, "fr", "A & B"))
    names = [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "name"]
    assert sorted(map(str, names)) == sorted(menu.nodes)
    ways = [path for path in root.iter(f"{SVG}path") if str(path.get("class")).startswith("way")]
    assert len(ways) == sum(len({edge.target for edge in edges(node)}) for node in menu.nodes.values())
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == "A & B"


def test_a_box_tells_what_is_said_there() -> None:
    drawn = svg(SMALL, {"case": {"fr": Prompt("Tapez <le> numéro.")}}, "fr", "small")
    assert "Tapez &lt;le&gt; numéro." in drawn


def test_boxes_do_not_overlap() -> None:
    root = Xml.fromstring(svg(profile().menus["assistance"], {}, "fr", "assistance"))
    columns: dict[str, list[tuple[int, int]]] = {}
    for group in root.iter(f"{SVG}g"):
        x, y = str(group.get("transform"))[len("translate(") : -1].split()
        outline = group.find(f"{SVG}rect")
        assert outline is not None
        columns.setdefault(x, []).append((int(y), int(y) + int(str(outline.get("height")))))
    for spans in columns.values():
        ordered = sorted(spans)
        assert all(end < begin for (_, end), (begin, _) in pairwise(ordered))
