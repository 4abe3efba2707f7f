"""`aiguillage review` as a person sits before it."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.commands.review import Sitting
from app.review.screen import CLEAR, Window, draw
from cases.profile import Profile
from cases.review import Draft
from store.tx import Store
from tests.app.review_cases import doubted, sitting
from tests.profiles import shipped
from tests.servers import forked

ROOT = Path(__file__).parents[2]
WIDE = Window(100, 24, styled=False, lang="fr")


@pytest.fixture(scope="module")
def profile() -> Profile:
    return shipped()


class Keys:
    """Keys that are pressed one after the other, and then no more."""

    def __init__(self, keys: str) -> None:
        self.left = list(keys)

    def key(self) -> str:
        return self.left.pop(0) if self.left else ""

    def line(self, asked: str) -> str:
        end = self.left.index("\n")
        typed, self.left = self.left[:end], self.left[end + 1 :]
        return "".join(typed)


def sit(store: Store, profile: Profile, keys: str) -> list[tuple[str, str, str, str]]:
    """(motif, tool, scope, why) of the corrections that stand after these keys."""
    Sitting(sitting(store, profile), Keys(keys), "fr").run()  # type: ignore[arg-type]
    with store.reading() as tx:
        return [(*row.chosen.values(), row.why) for row in tx.corrections.standing()]


def test_one_key_accepts_and_two_digits_correct(sqlite_store: Store, profile: Profile) -> None:
    for sure in (0.1, 0.2, 0.3):
        doubted(sqlite_store, sure)
    assert sit(sqlite_store, profile, "\n53\nwtold by phone\nt5\n") == [
        ("acces", "mon_espace", "in", ""),
        ("incident", "notice", "in", ""),
        ("acces", "gesper", "in", "told by phone"),
    ]


def test_skipping_keeps_for_later_and_undoing_goes_back(sqlite_store: Store, profile: Profile) -> None:
    first = doubted(sqlite_store, 0.1)
    doubted(sqlite_store, 0.2)
    assert sit(sqlite_store, profile, "s5\nu1\n") == [("demande_information", "mon_espace", "in", "")]
    assert [identity for _, identity in sitting(sqlite_store, profile).waiting()] == [first]


def test_the_end_of_the_keys_is_the_end_and_the_next_sitting_goes_on(sqlite_store: Store, profile: Profile) -> None:
    for sure in (0.1, 0.2):
        doubted(sqlite_store, sure)
    assert len(sit(sqlite_store, profile, "\n")) == 1
    assert len(sit(sqlite_store, profile, "\n")) == 2


def test_a_screen_holds_one_message_whatever_its_length(sqlite_store: Store, profile: Profile) -> None:
    doubted(sqlite_store, body="Rien ne va. " * 2_000 + "\x1b[2J bloqué")
    session = sitting(sqlite_store, profile)
    [item] = session.items()
    shown = draw(item, Draft(session.options(), item.labels), profile, WIDE, "1/1")
    assert len(shown.splitlines()) <= WIDE.lines
    whole = draw(item, Draft(session.options(), item.labels), profile, replace(WIDE, full=True), "1/1")
    assert len(shown) < len(whole)
    assert len(whole.splitlines()) <= WIDE.lines
    assert "\x1b" not in shown
    assert "[2 Accès, droits et mandats]" in shown


def test_a_message_came_at_the_service_s_own_time(sqlite_store: Store, profile: Profile) -> None:
    doubted(sqlite_store, opened_at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    session = sitting(sqlite_store, profile)
    [item] = session.items()
    assert "02.07. 00:30" in draw(item, Draft(session.options(), item.labels), profile, WIDE, "1/1")


def test_the_words_that_spoke_stand_out(sqlite_store: Store, profile: Profile) -> None:
    doubted(sqlite_store)
    session = sitting(sqlite_store, profile)
    [item] = session.items()
    draft = Draft(session.options(), item.labels)
    assert "*bloqué*" in draw(item, draft, profile, WIDE, "1/1")
    styled = draw(item, draft, profile, Window(100, 24, styled=True, lang="de"), "1/1")
    assert styled.startswith(CLEAR)
    assert "\x1b[1mbloqué\x1b[0m" in styled
    assert "Zugang" in styled


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of its own")
def test_a_real_terminal_gives_single_keys_and_gets_its_settings_back(sqlite_store: Store, sqlite_url: str) -> None:
    import pty
    import termios

    doubted(sqlite_store)
    parent, child = pty.openpty()
    before = termios.tcgetattr(child)
    environment = {**os.environ, "AIGUILLAGE_DATABASE_URL": sqlite_url, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    command = [sys.executable, "-m", "app.cli", "review", "--who", "Anne"]
    running = subprocess.Popen(
        command, stdin=child, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=ROOT
    )
    assert running.stdout is not None
    assert b"MPA-26-00001" in running.stdout.readline()  # from here on keys are keys
    os.write(parent, b"\x1b[A5\nq")
    _, words = running.communicate(timeout=60)
    assert running.returncode == 0, words.decode()
    assert "1 looked at, 0 left" in words.decode()
    assert termios.tcgetattr(child) == before
    with sqlite_store.reading() as tx:
        [row] = tx.corrections.standing()
    assert (row.chosen["motif"], row.actor) == ("incident", "Anne")


def test_what_waits_and_what_was_corrected_can_be_read_by_programs(
    sqlite_store: Store, sqlite_url: str, profile: Profile
) -> None:
    for sure in (0.1, 0.2):
        doubted(sqlite_store, sure, body="Écrivez à anne@example.org, tout est bloqué.")
    sit(sqlite_store, profile, "5\n")
    [waiting] = run(sqlite_url, "review", "--json")
    assert (waiting["cause"], waiting["confidence"]["motif"]) == ("doubt", 0.2)
    [corrected] = run(sqlite_url, "review", "--export")
    assert corrected["body"] == "Écrivez à [email], tout est bloqué."
    assert (corrected["motif"], corrected["weight"]) == ("incident", 3.0)


def run(url: str, *arguments: str) -> list[dict[str, object]]:
    done = forked.run(arguments, os.environ | {"AIGUILLAGE_DATABASE_URL": url}, ROOT)
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_cases_like_another_are_proposed(sqlite_store: Store, sqlite_url: str) -> None:
    labels = {"motif": "incident", "tool": "notice", "category": "incident"}
    told = {"Erreur pour se connecter": "error login", "je me connecte : erreur": "error login", "Où est le plan ?": ""}
    for person, (text, signs) in enumerate(told.items()):
        doubted(sqlite_store, body=text, signs=signs, person_key=f"p{person}", **labels)
    [line] = run(sqlite_url, "similar", "MPA-26-00001", "--json")
    assert (line["case"], line["likeness"], line["why"]) == ("MPA-26-00002", "similar", "symptom")
