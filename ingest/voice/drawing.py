"""Drawings of a menu: a tree of text for a terminal, and an SVG with one box a node and one row a way out of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from cases.phone import KINDS, Menu, Node, Prompts
from ingest.voice.graph import all_ways, edges

_KIND_NAMES = {kind: name for name, kind in KINDS.items()}


def tree(menu: Menu) -> str:
    """The menu as text. Each node is drawn out once; `^` stands after one that is drawn out further up."""
    drawn: set[str] = set()
    roots = [("start", menu.start), ("line of one language", menu.started)]
    return "\n".join(line for label, name in roots for line in _branch(menu, f"{label}: ", name, "", drawn)) + "\n"


def _branch(menu: Menu, label: str, name: str, indent: str, drawn: set[str]) -> Iterator[str]:
    node = menu.nodes[name]
    known, ways = name in drawn, _ways(node)
    drawn.add(name)
    yield f"{label}{name} ({_KIND_NAMES[type(node)]}){' ^' if known and ways else ''}"
    for target, taken in {} if known else ways.items():
        last = target == next(reversed(ways))
        first, *rest = _branch(menu, f"{taken} > ", target, "", drawn)
        yield f"{indent}{'└── ' if last else '├── '}{first}"
        yield from (f"{indent}{'    ' if last else '│   '}{line}" for line in rest)


def _ways(node: Node) -> dict[str, str]:
    """Target -> what leads there, such as `1, 2, 0`, in the order in which the node names them."""
    ways: dict[str, list[str]] = {}
    for edge in edges(node):
        ways.setdefault(edge.target, []).append(edge.label)
    return {target: ", ".join(labels) for target, labels in ways.items()}


_WIDTH, _GAP, _HEAD, _ROW, _SPACE, _MARGIN = 168, 76, 42, 20, 26, 20
_COLOURS = {
    "choose": "#dbeafe",
    "identify": "#dbeafe",
    "status": "#dbeafe",
    "queue": "#dcfce7",
    "callback": "#dcfce7",
    "voicemail": "#fef3c7",
    "transfer": "#dcfce7",
    "goodbye": "#e5e7eb",
}
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#111827}.name{font-weight:600}.kind{fill:#4b5563}"
    ".box{stroke:#4b5563;fill:#ffffff}.way{fill:none;stroke:#4b5563;stroke-width:1.2}.back{stroke-dasharray:5 3}"
)


@dataclass(frozen=True, slots=True)
class _Box:
    """Where a node stands, in pixels."""

    x: int
    y: int
    rows: tuple[tuple[str, str], ...]

    @property
    def height(self) -> int:
        return _HEAD + _ROW * len(self.rows)


def svg(menu: Menu, prompts: Prompts, language: str, title: str) -> str:
    """The menu as an SVG document; what a node says in that language shows when one points at it."""
    boxes = _placed(menu)
    width = max(box.x for box in boxes.values()) + _WIDTH + _MARGIN
    height = max(box.y + box.height for box in boxes.values()) + _MARGIN
    root = Xml.Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width} {height}", role="img")
    Xml.SubElement(root, "title").text = title
    Xml.SubElement(root, "desc").text = tree(menu)
    Xml.SubElement(root, "style").text = _STYLE
    _arrow_head(root)
    Xml.SubElement(root, "rect", width=str(width), height=str(height), fill="#ffffff")
    for box in boxes.values():
        _draw_ways(root, box, boxes)
    for name, box in boxes.items():
        said = prompts.get(getattr(menu.nodes[name], "prompt", ""), {}).get(language)
        _draw_box(root, name, _KIND_NAMES[type(menu.nodes[name])], box, said.text if said else "")
    return Xml.tostring(root, encoding="unicode") + "\n"


def _placed(menu: Menu) -> dict[str, _Box]:
    """Columns from left to right by how far a call has come; within one, in the order of the ways that lead there."""
    filled: dict[int, int] = {}
    boxes: dict[str, _Box] = {}
    for name, column in _columns(menu).items():
        ways = tuple((taken, target) for target, taken in _ways(menu.nodes[name]).items())
        box = _Box(_MARGIN + column * (_WIDTH + _GAP), filled.get(column, _MARGIN), ways)
        filled[column] = box.y + box.height + _SPACE
        boxes[name] = box
    return boxes


def _columns(menu: Menu) -> dict[str, int]:
    """The longest way to each node; ways that lead back to what was passed do not count."""
    order = _in_order(menu)
    place = {name: index for index, name in enumerate(order)}
    column = dict.fromkeys(order, 0)
    for name in order:
        for target in all_ways(menu.nodes[name]):
            if place[target] > place[name]:
                column[target] = max(column[target], column[name] + 1)
    return column


def _in_order(menu: Menu) -> list[str]:
    """Every node before those that it leads to, but for the ways back: the reverse of a depth-first walk's ends."""
    seen: set[str] = set()
    ended: list[str] = []

    def walk(name: str) -> None:
        seen.add(name)
        for target in reversed(all_ways(menu.nodes[name])):
            if target not in seen:
                walk(target)
        ended.append(name)

    for root in (menu.started, menu.start):
        if root not in seen:
            walk(root)
    return ended[::-1]


def _arrow_head(root: Xml.Element) -> None:
    where = {"id": "head", "viewBox": "0 0 8 8", "refX": "7", "refY": "4", "markerWidth": "8", "markerHeight": "8"}
    marker = Xml.SubElement(Xml.SubElement(root, "defs"), "marker", {**where, "orient": "auto"})
    Xml.SubElement(marker, "path", d="M0 0L8 4L0 8z", fill="#4b5563")


def _draw_ways(root: Xml.Element, box: _Box, boxes: Mapping[str, _Box]) -> None:
    """A curve from each row to the head of the box it leads to; dashed where it leads back."""
    for index, (_, target) in enumerate(box.rows):
        x, y = box.x + _WIDTH, box.y + _HEAD + _ROW * index + _ROW // 2
        end = boxes[target]
        back = end.x <= box.x
        end_x, end_y = (end.x + _WIDTH // 2, end.y) if back else (end.x, end.y + _HEAD // 2)
        bend = f"{x + _GAP} {y} {end_x} {end_y - _GAP}" if back else f"{x + _GAP} {y} {end_x - _GAP} {end_y}"
        curve = {"class": "way back" if back else "way", "d": f"M{x} {y}C{bend} {end_x} {end_y}"}
        Xml.SubElement(root, "path", {**curve, "marker-end": "url(#head)"})


def _draw_box(root: Xml.Element, name: str, kind: str, box: _Box, said: str) -> None:
    group = Xml.SubElement(root, "g", transform=f"translate({box.x} {box.y})")
    Xml.SubElement(group, "title").text = said or name
    size = {"width": str(_WIDTH), "height": str(box.height), "rx": "6"}
    Xml.SubElement(group, "rect", {**size, "class": "box"})
    Xml.SubElement(group, "rect", {**size, "height": str(_HEAD - 4), "fill": _COLOURS.get(kind, "#f3f4f6")})
    Xml.SubElement(group, "text", {"x": "10", "y": "17", "class": "name"}).text = name
    Xml.SubElement(group, "text", {"x": "10", "y": "32", "class": "kind"}).text = kind
    for index, (taken, _) in enumerate(box.rows):
        row = {"x": str(_WIDTH - 10), "y": str(_HEAD + _ROW * index + 14), "text-anchor": "end"}
        Xml.SubElement(group, "text", row).text = taken
