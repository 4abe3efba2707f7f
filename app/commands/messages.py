"""`aiguillage parse` and `aiguillage ingest`: raw RFC 5322 messages from files, folders and pipes."""

import sys
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from app.commands.common import complain, open_house, print_json, progress
from cases.errors import AiguillageError, ConfigurationError

if TYPE_CHECKING:
    from app.wiring import House

STDIN = "-"
LOOK_AGAIN = 0.05
"""Seconds until the rows that another process works are looked at again; it or its lease comes to an end."""
Paths = Annotated[list[str], typer.Argument(metavar="FILE | DIR | -", help="Raw messages; - reads one from a pipe.")]


def parse(paths: Paths) -> None:
    """Read raw messages and print what they say, one JSON line each. Touches no database."""
    from ingest.email import forward
    from ingest.email.parse import parse as parse_mail
    from ingest.email.screen import kind_of
    from ingest.email.show import as_json

    unreadable = False
    for name in _names(paths):
        try:
            mail = parse_mail(_read(name))
        except OSError as error:
            unreadable = True
            complain(f"{name}: cannot be read ({error.strerror})")
            continue
        print_json({"file": name, **as_json(mail, forward.new_text(mail, forward.find(mail)), kind_of(mail)[0])})
    raise typer.Exit(1 if unreadable else 0)


def ingest(
    paths: Paths, mailbox: Annotated[str, typer.Option(help="The profile's mailbox that received them.")] = ""
) -> None:
    """Take raw messages in, to the committed case. Prints what became of each, one JSON line each."""
    names = list(_names(paths))
    _require_readable(names)
    house = open_house()
    source = _mailbox(house, mailbox)
    house.load()
    done = 0
    with progress("Taking in") as told:
        for batch in _batches(names):
            for line in _take_in(house, source, batch):
                print_json(line)
            done += len(batch)
            told(done, len(names))


def _names(paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        if path != STDIN and Path(path).is_dir():
            found = sorted(str(file) for file in Path(path).rglob("*") if file.is_file())
            if not found:
                complain(f"{path}: holds no file")
            yield from found
        else:
            yield path


def _read(name: str) -> bytes:
    return sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()


def _require_readable(names: Sequence[str]) -> None:
    """Nothing is taken in when one of the files cannot be: half a folder is worse than none."""
    faults = []
    for name in names:
        try:
            if name != STDIN and not Path(name).is_fifo():  # what a pipe holds can be read once
                Path(name).open("rb").close()
        except OSError as error:
            faults.append((name, f"cannot be read ({error.strerror})", "check its path and rights"))
    if faults:
        raise ConfigurationError(faults)


def _mailbox(house: "House", name: str) -> str:
    known = [box.name for box in house.profile.mailboxes]
    if name and name not in known:
        raise ConfigurationError([("--mailbox", f"the profile has no {name}", f"use one of {', '.join(known)}")])
    return name or known[0]


Batch = list[tuple[str, bytes]]


def _batches(names: Sequence[str]) -> Iterator[Batch]:
    """Named messages, as many at a time as intake works at once."""
    from store.inbound import BATCH, BATCH_BYTES

    batch: Batch = []
    for name in names:
        batch.append((name, _read(name)))
        if len(batch) == BATCH or sum(len(raw) for _, raw in batch) > BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


def _take_in(house: "House", source: str, batch: Batch) -> Iterator[dict[str, Any]]:
    from ingest.receive import receive
    from store.inbound import Delivery

    run, at = uuid4().hex, house.clock()
    deliveries = [
        Delivery(source=source, external_id=f"ingest:{run}:{index}", raw=raw, received_at=at)
        for index, (_, raw) in zip(count(), batch, strict=False)
    ]
    with house.store.transaction("ingest.receive") as tx:
        identities = receive(tx, deliveries, at)
    rows = _worked(house, identities)
    if len(rows) != len(batch):
        raise AiguillageError("rows are missing after intake: run `aiguillage balance`")
    for (name, _), row in zip(batch, rows, strict=True):
        yield _line(house, name, row)


def _worked(house: "House", identities: Sequence[int]) -> Sequence[Any]:
    """The rows once nobody has them in hand: a service that runs beside this command may have claimed some."""
    while True:
        while house.intake.process(identities):
            pass
        with house.store.reading() as tx:
            rows = tx.inbound.get(identities)
        if not any(row.lease for row in rows):
            return rows
        sleep(LOOK_AGAIN)


def _line(house: "House", name: str, row: Any) -> dict[str, Any]:
    """The contract's JSON object. A message that is to be tried again is held for the reader of this line."""
    from cases.case import case_number
    from cases.policy import Verdict

    content = row.content or {}
    return {
        "file": name,
        "disposition": row.disposition or "held",
        "case": case_number(house.profile.case_prefix, row.case_id) if row.case_id else None,
        "created": row.disposition in ("case", "spam"),
        "category": content.get("category"),
        "motif": content.get("motif"),
        "tool": content.get("tool"),
        "scope": content.get("scope"),
        "lang": content.get("lang"),
        "acknowledged": row.acknowledgement == Verdict.SENT,
        "reason": row.reason or row.last_error,
    }
