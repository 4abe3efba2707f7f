"""How well replies are folded: `python -m bench.replies [-v]` over the labelled set of `tests/data/replies`.

Half of the mails, chosen by the hash of their names, was never looked at while the rules were written.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from ingest.email.reply import fold

LABELLED = Path(__file__).parents[1] / "tests" / "data" / "replies"
_NEW = "+"
_PARTS = {"q": "quote", "s": "signature", "d": "disclaimer"}
_TIMED = 20


@dataclass(frozen=True, slots=True)
class Reply:
    """A labelled mail. `new` are its filled lines that are new; `parts` is what else it holds: quote, signature..."""

    lang: str
    kind: str
    name: str
    text: str
    new: tuple[str, ...]
    parts: frozenset[str]
    seen: bool = False

    @property
    def is_tuned(self) -> bool:
        """Whether the rules were written with this mail in sight: by its name, or as it is in a file of seen ones."""
        return self.seen or sha256(f"{self.lang} {self.kind} {self.name}".encode()).digest()[0] % 2 == 0


@dataclass(frozen=True, slots=True)
class Score:
    """How one mail was folded, in words: those rightly new, those taken for new, those labelled new."""

    exact: bool
    right: int
    taken: int
    labelled: int


def replies(directory: Path = LABELLED) -> list[Reply]:
    """The set: each line begins with `+` where it is new, `q`, `s` or `d` where it is to be folded."""
    return [
        _reply(path.name.split("."), *record.split("\n", 1))
        for path in sorted(directory.glob("*.txt"))
        for record in path.read_text("utf-8").removesuffix("\n").split("##### ")[1:]
    ]


def score(reply: Reply, fold: Callable[[str], str]) -> Score:
    """One mail folded; `fold` gives the new text of a text."""
    found = filled(fold(reply.text))
    taken, labelled = words(found), words(reply.new)
    return Score(found == reply.new, (taken & labelled).total(), taken.total(), labelled.total())


def figures(scores: Sequence[Score]) -> str:
    """The share exactly right, the precision and the recall of new words."""
    exact = sum(one.exact for one in scores)
    right, taken, labelled = (sum(getattr(one, name) for one in scores) for name in ("right", "taken", "labelled"))
    return (
        f"{len(scores):4d} mails  exact {exact / len(scores):6.1%}"
        f"  precision {right / taken:.4f}  recall {right / labelled:.4f}"
    )


def filled(text: str) -> tuple[str, ...]:
    """The lines of a text that are not blank."""
    return tuple(line for line in text.split("\n") if line.strip())


def words(lines: Iterable[str]) -> Counter[str]:
    """How often each word occurs."""
    return Counter(word for line in lines for word in line.split())


def _reply(file: Sequence[str], title: str, marked: str) -> Reply:
    kind, _, name = title.partition(": ")
    lines = marked.rstrip("\n").split("\n")
    new = "\n".join(line[1:] for line in lines if line.startswith(_NEW))
    parts = frozenset(_PARTS[line[0]] for line in lines if line and line[0] != _NEW)
    return Reply(file[0], kind, name, "\n".join(line[1:] for line in lines), filled(new), parts, "seen" in file)


def _milliseconds(texts: Sequence[str]) -> float:
    begin = time.process_time()
    for _ in range(_TIMED):
        for text in texts:
            fold(text)
    return (time.process_time() - begin) * 1_000 / _TIMED / len(texts)


def _show(scored: Sequence[tuple[Reply, Score]], by: Callable[[Reply], str]) -> None:
    ordered = sorted(scored, key=lambda pair: by(pair[0]))
    for group, pairs in groupby(ordered, key=lambda pair: by(pair[0])):
        print(f"{group:12}", figures([one for _, one in pairs]))


def _show_errors(scored: Sequence[tuple[Reply, Score]]) -> None:
    for reply, one in scored:
        if reply.is_tuned and not one.exact:
            found = filled(fold(reply.text).new)
            print(f"\n{reply.lang} {reply.kind}: {reply.name}")
            print(*(f"  lost  {line}" for line in reply.new if line not in found), sep="\n")
            print(*(f"  kept  {line}" for line in found if line not in reply.new), sep="\n")


def main() -> None:
    """Print the figures of both halves, by language and kind; with -v also the errors of the tuned half."""
    parser = argparse.ArgumentParser(prog="bench.replies", description=main.__doc__)
    parser.add_argument("-v", "--verbose", action="store_true", help="show the errors of the tuned half")
    verbose = parser.parse_args().verbose
    scored = [(reply, score(reply, lambda text: fold(text).new)) for reply in replies()]
    for by in (
        lambda reply: "tuned" if reply.is_tuned else "held out",
        lambda reply: reply.lang,
        lambda reply: reply.kind,
    ):
        _show(scored, by)
        print()
    print(f"{_milliseconds([reply.text for reply, _ in scored]):.3f} ms of CPU a mail")
    if verbose:
        _show_errors(scored)


if __name__ == "__main__":
    main()
