"""What the installation answers to the desk's pages: its profile on disk, its mailboxes, its models, a mail that is
tried."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.backstage import backstage
from app.settings import Settings
from app.shelf import SHIPPED, open_shelf
from app.wiring import House, build
from cases.case import Disposition
from classify import classifier
from desk.backstage import Backstage, Use
from tests.ingest.conftest import NOW
from tests.mails import mail

PROFILE = Path(__file__).parents[2] / "profiles" / "mon-permis"


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path) -> Iterator[House]:
    """An installation on a profile of its own, without servers."""
    folder = tmp_path / "profile"
    shutil.copytree(PROFILE, folder)
    found = build(Settings(database_url=sqlite_url, profile=str(folder)), clock=lambda: NOW)
    yield found
    found.close()


@pytest.fixture
def around(house: House) -> Backstage:
    return backstage(house)


def test_a_profile_that_was_changed_says_its_faults_and_that_another_runs(house: House, around: Backstage) -> None:
    state = around.checks.profile()
    assert (state.name, state.faults, state.changed) == (house.profile.name, (), False)
    assert "mailboxes.0" in {key for key, _, _ in state.warnings}
    path = Path(house.settings.profile) / "profile.toml"
    path.write_text(path.read_text("utf-8") + "\nno_such_key = 1\n", "utf-8")
    state = around.checks.profile()
    assert state.changed
    assert len(state.faults) == 1


def test_a_mailbox_without_servers_says_what_is_missing(house: House, around: Backstage) -> None:
    name = house.profile.mailboxes[0].name
    assert not around.checks.connected(name)
    imap, smtp = around.checks.mailbox(name)
    assert (imap.ok, smtp.ok) == (False, False)
    assert "IMAP_URL is missing" in imap.what
    assert smtp.mend == "set AIGUILLAGE_SMTP_URL"


def test_no_secret_is_said_of_a_server_that_does_not_answer(house: House) -> None:
    name = house.profile.mailboxes[0].name
    url = "imap://jeanne:hunter2@127.0.0.1:9"
    settings = replace(house.settings, mailboxes={name: {"IMAP_URL": url, "SMTP_URL": "smtp://j:hunter2@127.0.0.1:9"}})
    steps = backstage(replace(house, settings=settings)).checks.mailbox(name)
    assert not any(one.ok for one in steps)
    assert all(one.seconds is not None for one in steps)
    assert "hunter2" not in repr(steps)


def test_a_mail_is_tried_by_the_model_and_nothing_is_kept(house: House, around: Backstage) -> None:
    raw = mail("Bonjour,\n\nMon Espace affiche une erreur 500 depuis ce matin.\n", subject="Erreur 500")
    found, mails = around.trials.mail(raw, house.profile.mailboxes[0].name)
    assert found.plan.disposition is Disposition.CASE
    assert (found.plan.arrived.tags.motif, found.plan.arrived.tags.tool) == ("incident", "mon_espace")
    assert {one.kind for one in mails} >= {"acknowledgement"}
    assert all("MPA-26-00000" in one.subject for one in mails)
    with house.store.reading() as tx:
        assert tx.cases.latest() == []


def test_models_are_listed_with_their_scores_and_chosen_like_by_command(house: House, around: Backstage) -> None:
    shelf = open_shelf(house.settings)
    shutil.copytree(classifier.SHIPPED, shelf.folder / "light-copy")
    path = shelf.folder / "light-copy" / classifier.CARD
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"version": "light-copy"}), "utf-8")
    models = around.models
    assert [(one.version, one.use) for one in models.cards()] == [(SHIPPED, Use.IN_USE), ("light-copy", Use.KEPT)]
    assert models.cards()[0].scores["motif macro-F1"] > 0.9
    shelf.promote("light-copy")
    assert [(one.version, one.use) for one in models.cards()] == [("light-copy", Use.IN_USE), (SHIPPED, Use.BEFORE)]
    assert models.running == SHIPPED
    assert models.back() == SHIPPED
    assert models.mistaken_for("acces") != "acces"
    assert models.mistaken_for("none") == ""
