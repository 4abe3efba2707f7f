"""The labelled messages themselves: whole, apart from each other, each by one writer."""

import json
from pathlib import Path

import numpy as np
import pytest

from cases.profile import Profile
from classify.dataset import Labelled, load
from classify.text import fold

sparse = pytest.importorskip("scipy.sparse")

FILES = sorted((Path(__file__).parents[2] / "classify" / "data").glob("messages_*.jsonl"))
SIZE = 5
LIMIT = 0.45
INHERITED = {frozenset({"d146", "e118"})}  # two of the first lots have it; nobody of ours wrote it


@pytest.fixture(scope="module")
def rows() -> list[Labelled]:
    return load(FILES)


def test_every_id_is_one_message_of_its_lot(rows: list[Labelled]) -> None:
    assert len({row.id for row in rows}) == len(rows)
    for path in FILES:
        assert {row.writer for row in load([path])} == {path.stem[-1]}


def test_labels_are_those_of_the_profile(rows: list[Labelled], profile: Profile) -> None:
    assert {row.tool for row in rows} == {tool.id for tool in profile.tools} | {"aucun"}
    assert {row.motif for row in rows} == {motif.id for motif in profile.motifs}
    for path in FILES:
        for line in path.read_text("utf-8").splitlines():
            labels = json.loads(line)
            assert profile.category_of(labels["motif"]) == labels["category"], labels["id"]


def test_no_message_is_another_with_a_few_words_changed(rows: list[Labelled]) -> None:
    """Character 5-grams of the folded text: Jaccard's index stays under `LIMIT` for every pair."""
    known: dict[str, int] = {}
    columns, ends = [], [0]
    for row in rows:
        columns += [
            known.setdefault(gram, len(known)) for gram in shingles(f"{row.message.subject} {row.message.body}")
        ]
        ends.append(len(columns))
    table = sparse.csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(rows), len(known)))
    common = sparse.triu(table @ table.T, k=1).tocoo()
    sizes = np.diff(ends)
    jaccard = common.data / (sizes[common.row] + sizes[common.col] - common.data)
    close = np.flatnonzero(jaccard >= LIMIT)
    assert {frozenset({rows[common.row[i]].id, rows[common.col[i]].id}) for i in close} <= INHERITED


def shingles(text: str) -> set[str]:
    """Character 5-grams of the folded text, spaces made one."""
    plain = fold(" ".join(text.split()))
    return {plain[start : start + SIZE] for start in range(len(plain) - SIZE + 1)}
