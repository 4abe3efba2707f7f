"""The spaCy pipeline, and the only file that imports spaCy.

tokenizer -> tool_lexicon (PhraseMatcher, from the profile) -> signals (concepts and circumstances) -> linear_tags
(numpy models, weights on disk). The tokenizer is a plain one: that of `spacy.blank("fr")` compiles a pattern of
megabytes at every start.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.attrs import NORM
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.strings import StringStore
from spacy.tokens import Doc, Span
from spacy.util import minibatch, registry
from spacy.vocab import Vocab

from cases.profile import Tool
from classify import ngrams
from classify.concepts import Concepts
from classify.finding import Finding
from classify.linear import Ensemble, Pool
from classify.phonetics import sound
from classify.select import Reading
from classify.signals import MARK, SHORTEST_SOUND, Named, Tokens, View, about
from classify.stopwords import stop_words
from classify.text import TOKEN, fold

PART = "\ue000"
_PART_HASH = np.uint64(StringStore().add(PART))
EVIDENCE = 3
BATCH = 50
QUOTED = 2
TOLD_APART = ("motif", "tool", "scope")
"""The tasks of which a decision keeps what each member said."""
UNSAVED = ("vocab", "tokenizer")


@registry.languages("aig")
class Aiguillage(Language):  # type: ignore[no-untyped-call]
    """A language for mixed French, German, Dutch and English: words and single signs, nothing more."""

    lang = "aig"


@registry.tokenizers("aiguillage.Words.v1")  # type: ignore[untyped-decorator]
def words_tokenizer() -> Callable[[Language], "Words"]:
    return lambda nlp: Words(nlp.vocab)


class Words:
    """Words, single signs, and the mark between subject, body and quote.

    Every token's norm is its folded text, so that lexicon and models see no case and no accent. The other attributes
    (shapes, addresses, numbers) nobody asks for, and computing them doubles the cost of a mail.
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        vocab.lex_attr_getters = {NORM: fold}  # type: ignore[attr-defined]

    def __call__(self, text: str) -> Doc:
        return Doc(self.vocab, words=TOKEN.findall(text))


@Aiguillage.factory("tool_lexicon")
class ToolLexicon:
    """Finds the tools that a message names, into `doc.user_data["named"]`.

    Names inside a `never` phrase (`notice` in *notice d'évaluation*) are masked: no member sees them.
    """

    def __init__(self, nlp: Language, name: str) -> None:
        self.nlp, self.name = nlp, name
        self.sounds: dict[str, str] = {}
        self._matcher = PhraseMatcher(nlp.vocab, attr="NORM")

    def use(self, tools: Sequence[Tool]) -> None:
        """Take the names from the profile."""
        self._matcher = PhraseMatcher(self.nlp.vocab, attr="NORM")
        for tool in tools:
            for how, phrases in (("name", tool.names), ("alias", tool.aliases), ("never", tool.never)):
                self._matcher.add(f"{how}:{tool.id}", [self.nlp.make_doc(phrase) for phrase in phrases])
        self.sounds = {
            heard: tool.id
            for tool in tools
            for phrase in (*tool.aliases, *tool.names)
            if len(heard := sound("".join(TOKEN.findall(fold(phrase))).replace("'", ""))) >= SHORTEST_SOUND
        }

    def __call__(self, doc: Doc) -> Doc:
        spans = [(self.nlp.vocab.strings[match].partition(":"), first, end) for match, first, end in self._matcher(doc)]
        never = [(first, end) for (how, _, _), first, end in spans if how == "never"]
        named: list[Named] = []
        marks = _marks(doc)
        masked: set[int] = set()
        for (how, _, tool), first, end in spans:
            if any(start <= first and end <= stop for start, stop in never):
                masked.update(range(first, end) if how != "never" else ())
            else:
                named.append(Named(tool, how, _proper(doc[first:end]), int(np.searchsorted(marks, first)), first))
        doc.user_data["named"], doc.user_data["masked"] = named, sorted(masked)
        return doc


def _proper(span: Span) -> bool:
    """Written like a proper name: two capitals or more (NOTICe, GesPer, TWICE)."""
    return sum(char.isupper() for char in span.text) > 1


def _norms(doc: Doc) -> ngrams.Hashes:
    return np.asarray(doc.to_array(NORM), dtype=np.uint64)


def _marks(doc: Doc) -> NDArray[np.intp]:
    return np.flatnonzero(_norms(doc) == _PART_HASH)


@Aiguillage.factory("signals")
class Signals:
    """Names what a person would notice, into `doc.user_data["views"]`: the new text, then new and quoted text."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.nlp, self.name = nlp, name
        self.concepts = Concepts.load()

    def __call__(self, doc: Doc) -> Doc:
        folded = [token.norm_ for token in doc]
        for position in doc.user_data["masked"]:
            folded[position] = ""
        marked, named = folded.copy(), doc.user_data["named"]
        for tool in named:
            marked[tool.at] = MARK + tool.tool
        edges = [-1, *_marks(doc).tolist(), len(folded)]
        subject, body, quoted = (slice(start + 1, end) for start, end in pairwise(edges))
        new = Tokens(doc.user_data["reading"].channel, (marked[subject], marked[body], marked[quoted]))
        views = [self._view((*folded[subject], *folded[body]), new, [tool for tool in named if tool.part < QUOTED])]
        if folded[quoted]:
            whole = replace(new, parts=(marked[subject], [*marked[body], *marked[quoted]], marked[quoted]))
            views.append(self._view((*folded[subject], *folded[body], *folded[quoted]), whole, named))
        doc.user_data["views"] = views
        return doc

    def _view(self, words: Sequence[str], tokens: Tokens, named: Sequence[Named]) -> View:
        lexicon: Any = self.nlp.get_pipe("tool_lexicon")
        return View(" ".join(filter(None, words)), about(tokens, self.concepts, named, lexicon.sounds))


@Aiguillage.factory("linear_tags", default_config={"tasks": {}, "pools": {}})
class LinearTags:
    """Scores every label, into `doc.cats` as `task:label`; says in `doc.user_data` which words were known."""

    def __init__(self, nlp: Language, name: str, tasks: dict[str, list[str]], pools: dict[str, Any]) -> None:
        self.nlp, self.name = nlp, name
        self.tasks = {task: tuple(labels) for task, labels in tasks.items()}
        self.pools = {task: Pool(**pool) for task, pool in pools.items()}
        self.ensemble: Ensemble | None = None

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = BATCH) -> Iterator[Doc]:
        """Score batches at once: most of the cost is numpy's per call."""
        for docs in minibatch(stream, batch_size):  # type: ignore[no-untyped-call]
            if self.ensemble is not None:
                self._score(self.ensemble, docs)
            yield from docs

    def _score(self, ensemble: Ensemble, docs: Sequence[Doc]) -> None:
        names = [f"{task}:{label}" for task, labels in ensemble.tasks.items() for label in labels]
        scores = ensemble.scores([features(doc) for doc in docs])
        pooled = ensemble.pooled(scores)
        replies = [row for row, doc in enumerate(docs) if len(doc.user_data["views"]) > 1]
        if replies:
            whole = ensemble.pooled(ensemble.scores([features(docs[row], -1) for row in replies]))
            pooled["tool"][replies] = (pooled["tool"][replies] + whole["tool"]) / 2
        table = np.concatenate([pooled[task] for task in ensemble.tasks], axis=-1).tolist()
        for doc, row, said in zip(docs, table, ensemble.apart(scores, TOLD_APART), strict=True):
            doc.cats = dict(zip(names, row, strict=True))
            doc.user_data["members"] = said

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        path.mkdir(parents=True, exist_ok=True)
        if self.ensemble is not None:
            self.ensemble.save(path / "weights.npz")

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> "LinearTags":
        self.ensemble = Ensemble.load(path / "weights.npz", self.tasks, self.pools)
        return self


def features(doc: Doc, view: int = 0) -> dict[str, ngrams.Hashes]:
    """What each member sees of the new text (view 0) or of everything (the last view: a tool is often told there)."""
    seen: View = doc.user_data["views"][view]
    norms = np.delete(_norms(doc), doc.user_data["masked"])
    end = None if view else np.flatnonzero(norms == _PART_HASH)[1]
    return {
        "words": ngrams.words(norms[:end]),
        "characters": ngrams.characters(seen.text),
        "signals": ngrams.names(seen.signals),
    }


def blank(tools: Sequence[Tool]) -> Language:
    """A pipeline without a model: what training reads its features from."""
    return _assemble(tools, {"tasks": {}, "pools": {}})


def build(tools: Sequence[Tool], ensemble: Ensemble) -> Language:
    """A pipeline around a trained ensemble."""
    nlp = _assemble(
        tools,
        {
            "tasks": {task: list(labels) for task, labels in ensemble.tasks.items()},
            "pools": {task: {"weights": dict(p.weights), "shift": list(p.shift)} for task, p in ensemble.pools.items()},
        },
    )
    component: Any = nlp.get_pipe("linear_tags")
    component.ensemble = ensemble
    return nlp


def _assemble(tools: Sequence[Tool], config: dict[str, Any]) -> Language:
    nlp = Aiguillage.from_config({"nlp": {"tokenizer": {"@tokenizers": "aiguillage.Words.v1"}}})
    nlp.add_pipe("tool_lexicon")
    nlp.add_pipe("signals")
    nlp.add_pipe("linear_tags", config=config)
    _use(nlp, tools)
    return nlp


def _use(nlp: Language, tools: Sequence[Tool]) -> None:
    lexicon: Any = nlp.get_pipe("tool_lexicon")
    lexicon.use(tools)


def load(path: Path, tools: Sequence[Tool]) -> Language:
    """The pipeline that `save` wrote, with the profile's tools. Raises OSError or ValueError where it is damaged."""
    nlp = spacy.load(path, exclude=UNSAVED)
    _use(nlp, tools)
    return nlp


def save(nlp: Language, path: Path) -> None:
    """Write configuration and weights below `path`."""
    nlp.to_disk(path, exclude=UNSAVED)


def read(nlp: Language, readings: Iterable[Reading]) -> list[Finding]:
    """Each reading through the pipeline, in order; nothing of their words stays in memory."""
    with nlp.memory_zone():
        component: Any = nlp.get_pipe("linear_tags")
        return [_finding(component.ensemble, doc) for doc in nlp.pipe(_documents(nlp, readings))]


def learn_from(nlp: Language, readings: Iterable[Reading]) -> list[dict[str, ngrams.Hashes]]:
    """The features of each reading, as every member sees them."""
    with nlp.memory_zone():
        return [features(doc) for doc in nlp.pipe(_documents(nlp, readings))]


def tasks(nlp: Language) -> dict[str, tuple[str, ...]]:
    """The labels that the model knows, by task."""
    component: Any = nlp.get_pipe("linear_tags")
    return dict(component.tasks)


def _documents(nlp: Language, readings: Iterable[Reading]) -> Iterator[Doc]:
    for reading in readings:
        parts = (part.replace(PART, " ") for part in (reading.subject, reading.body, reading.quoted))
        doc = nlp.make_doc(PART.join(parts))
        doc.user_data["reading"] = reading
        yield doc


def _finding(ensemble: Ensemble, doc: Doc) -> Finding:
    scores = {task: {label: doc.cats[f"{task}:{label}"] for label in labels} for task, labels in ensemble.tasks.items()}
    return Finding(
        scores=scores,
        named=tuple(doc.user_data["named"]),
        known=int((ensemble.members["words"].vocabulary.columns(_norms(doc)) >= 0).sum()),
        evidence=tuple(_evidence(ensemble, doc)),
        members=doc.user_data["members"],
    )


def _evidence(ensemble: Ensemble, doc: Doc) -> Iterator[str]:
    """The words that spoke most for the likeliest motif, and the names of tools, as they were written."""
    best = max(ensemble.tasks["motif"], key=lambda label: doc.cats[f"motif:{label}"])
    margin = ensemble.leaning(_norms(doc), "motif", best)
    spoke = (doc[position] for position in np.argsort(-margin).tolist() if margin[position] > 0)
    told = (one.text for one in spoke if len(one.text) > 2 and one.norm_ not in stop_words())
    yield from islice(told, EVIDENCE * 2)
