"""What major incidents cost: a look for one at each case that comes, and the search for similar cases.

`python -m bench.incident [URL]` fills an empty database (an SQLite file of its own where none is named) with 30 days of
a thousand cases, as the golden messages are tagged, and prints one JSON line.
"""

import itertools
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.profile import load as load_profile
from app.waves import Waves
from bench.wave import Read, read
from cases.profile import Profile
from cases.tokens import Signer
from classify.concepts import Concepts
from classify.dataset import Labelled
from classify.golden import golden_set
from classify.similar import file_numbers, signs
from classify.text import fold
from desk.similar import similar
from store import schema
from store.engine import open_engine
from store.tx import Store

DAYS, A_DAY = 30, 1_000
NOW = datetime(2027, 3, 23, 10, tzinfo=UTC)
FIRST = 202700000000
LOOKED_AT = 1_000
"""Cases that come while it is measured, each by itself."""
TOGETHER, LOOKS = 50, 10
"""Cases that come between two looks, in a backlog."""
SEARCHED = 300
BATCH = 5_000


def measure(url: str) -> dict[str, Any]:
    """Milliseconds of CPU a mail for each part of the look, and of a search: the median and the worst."""
    texts, profile = golden_set(), load_profile(Path("profiles/mon-permis"))
    told = read(texts)
    engine = open_engine(url)
    schema.upgrade(engine)
    store = Store(engine)
    _fill(store, told)
    looks = _looks(store, told, profile)
    return {
        "cases": DAYS * A_DAY,
        **_signs(texts, profile),
        **looks,
        **_searches(store),
    }


def _fill(store: Store, told: Sequence[Read]) -> None:
    chance = random.Random(1)
    minutes = timedelta(minutes=24 * 60 / A_DAY)
    begun = NOW - DAYS * A_DAY * minutes
    for start in range(0, DAYS * A_DAY, BATCH):
        with store.transaction("bench.fill") as tx:
            places = range(start, start + BATCH)
            rows = [_case(place, begun + place * minutes, chance.choice(told), chance) for place in places]
            tx.cases.add(rows)
            tx.cases.add_keys(("file", f"2026/{row['id'] % 4_000:05d}", row["id"]) for row in rows)
    if store.engine.dialect.name == "postgresql":
        with store.engine.begin() as connection:
            connection.execute(text("ANALYZE"))  # what autovacuum does within a minute


def _case(place: int, at: datetime, one: Read, chance: random.Random) -> dict[str, Any]:
    tags, identity = one.tags, FIRST + place
    return {
        "id": identity,
        "number": f"MPA-27-{place:06d}",
        "status": "open",
        "channel": "email",
        "source": "assistance",
        "subject": "",
        "lang": tags.lang,
        "category": tags.category,
        "motif": tags.motif,
        "tool": tags.tool,
        "scope": tags.scope,
        "review": tags.review,
        "tags": {},
        "flags": [],
        "requester_name": "",
        "requester": "",
        "submitter": "",
        "opened_at": at,
        "touched_at": at,
        "person_key": f"{chance.randrange(8_000):032d}",
        "signs": " ".join(sorted(one.signs)),
    }


def _signs(texts: Sequence[Labelled], profile: Profile) -> dict[str, float]:
    """What a text tells of and which files it names, found once more: what is added to tagging, by the mail. No word
    is remembered from before."""
    concepts = Concepts.load()
    for remembered in (concepts.written, concepts.of, fold):
        remembered.cache_clear()
    read = [f"{one.message.subject}\n{one.message.body}" for one in texts]
    told = _taken(lambda: [sorted(signs(text, concepts)) for text in read])
    named = _taken(lambda: [sorted(file_numbers(text, profile.case_prefix)) for text in read])
    return {"signs_ms": round(told / len(texts), 4), "files_ms": round(named / len(texts), 4)}


def _looks(store: Store, told: Sequence[Read], profile: Profile) -> dict[str, float]:
    """A look, a mail each, where they come one by one, and where TOGETHER come between two; what is counted once a day
    is in the first, by itself in `usual_ms`."""
    chance, now = random.Random(2), [NOW]
    waves = Waves(store=store, profile=profile, signer=Signer(b"a secret of the bench"), clock=lambda: now[0])
    place = itertools.count(DAYS * A_DAY)

    def come(number: int) -> None:
        now[0] += timedelta(minutes=24 * 60 / A_DAY)
        with store.transaction("bench.case") as tx:
            tx.cases.add([_case(next(place), now[0], chance.choice(told), chance) for _ in range(number)])

    usual = _taken(waves.process)
    looked = [(come(1), _taken(waves.process))[1] for _ in range(LOOKED_AT)]
    together = [(come(TOGETHER), _taken(waves.process))[1] for _ in range(LOOKS)]
    return {
        "usual_ms": round(usual, 1),
        "alone_ms": round(statistics.mean(looked), 4),
        "together_ms": round(statistics.mean(together) / TOGETHER, 4),
    }


def _searches(store: Store) -> dict[str, float]:
    chance = random.Random(3)
    cpu, wall = list[float](), list[float]()
    for _ in range(SEARCHED):
        identity = FIRST + chance.randrange(DAYS * A_DAY)
        begun = time.perf_counter()
        with store.reading() as tx:
            cpu.append(_taken(lambda tx=tx, identity=identity: similar(tx, identity)))
        wall.append(1_000 * (time.perf_counter() - begun))
    found = {"search_cpu_ms": cpu, "search_wall_ms": wall}
    medians = {name: round(statistics.median(taken), 2) for name, taken in found.items()}
    return medians | {f"{name}_worst": round(max(taken), 2) for name, taken in found.items()}


def _taken(do: Callable[[], object]) -> float:
    begun = time.process_time()
    do()
    return 1_000 * (time.process_time() - begun)


def main() -> None:
    own: AbstractContextManager[str] = nullcontext("") if sys.argv[1:] else tempfile.TemporaryDirectory()
    with own as folder:
        url = sys.argv[1] if sys.argv[1:] else f"sqlite:///{Path(folder) / 'incident.db'}"
        print(json.dumps(measure(url)))


if __name__ == "__main__":
    main()
