"""Whole cases, walked from outside: real mailbox, real mail server, the real commands; what arrived is read at the end.

The profile's hours are put aside where a walk must not wait for Monday.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import update

from app import profile as profiles
from cases.case import EntryKind
from cases.secondlevel import second_level_for
from store.tables import outbound
from tests.roads.ahead import run_ahead
from tests.roads.house import House
from tests.roads.walk import AGENT, TOKEN, Walk, copied_whole, everything, words
from tests.servers.imap import OtherClient
from tests.servers.process import wait_until
from tests.servers.smtp import SmtpSink

CITIZEN, RELAY, TEAM = "jeanne@example.org", "accueil@1718.example.be", "equipe@spw.example.be"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.servers("dovecot"),
    pytest.mark.parametrize("imap_server", ["dovecot"], indirect=True),
]


@pytest.fixture
def copied_profile(tmp_path: Path) -> Path:
    """The whole shipped profile, without phone lines, open at every hour."""
    copied_whole(profiles.find("profiles/mon-permis"), tmp_path / "profile")
    for name in ("voice.toml",):
        (tmp_path / "profile" / name).unlink()
    main = tmp_path / "profile" / "profile.toml"
    main.write_text(re.sub(r'(?m)^hours = "\w+"\n', "", main.read_text(encoding="utf-8")), encoding="utf-8")
    return tmp_path / "profile"


@pytest.fixture
def digital(copied_profile: Path) -> str:
    """The address of the second level that is asked about Mon Espace."""
    found = second_level_for("mon_espace", profiles.load(copied_profile).second_level)
    assert found is not None
    return found.address


@pytest.fixture
def later(house: House, tmp_path: Path) -> Path:
    """The house's clock runs ahead by the seconds in this file."""
    file = tmp_path / "ahead"
    file.write_text("0")
    house.program = partial(run_ahead, file)
    return file


@pytest.fixture
def walk(house: House, folder: OtherClient, smtp_sink: SmtpSink) -> Iterator[Walk]:
    with house.running():
        yield Walk(house, folder, smtp_sink)


def kinds(walk: Walk, number: str) -> list[str]:
    return [entry.kind for entry in walk.entries(number)]


def test_a_citizen_is_answered_replies_thanks_is_closed_and_opens_the_case_again(walk: Walk) -> None:
    walk.writes(
        CITIZEN, "Bonjour,\n\nOù puis-je trouver le formulaire de déclaration de classe 3 ?\n", subject="Formulaire"
    )
    receipt = walk.receives(CITIZEN, "Nous avons bien reçu")
    number = walk.case(CITIZEN).number
    assert number in receipt["Subject"]
    assert "/track/" in words(receipt)
    assert receipt["Auto-Submitted"] == "auto-replied"
    walk.receives(TEAM, number)

    walk.act("take", number, "--as", AGENT)
    walk.act("reply", number, "--file", "-", "--wait", "--as", AGENT, typed="De quelle commune s'agit-il ?")
    question = walk.receives(CITIZEN, "De quelle commune")
    assert question["Auto-Submitted"] in (None, "no")
    assert receipt["Message-ID"] != question["Message-ID"]
    assert walk.case(CITIZEN).status == "waiting"

    walk.writes(CITIZEN, "De Namur.\n", to=question)
    walk.becomes(number, lambda case: case.status == "open", "goes on")
    walk.act(
        "reply",
        number,
        "--file",
        "-",
        "--close",
        "--as",
        AGENT,
        typed="Le formulaire est en ligne, rubrique Déclarations.",
    )
    closing = walk.receives(CITIZEN, "/survey/")
    assert walk.case(CITIZEN).status == "closed"

    walk.writes(CITIZEN, "Merci beaucoup !\n", to=closing)
    wait_until(lambda: kinds(walk, number).count(EntryKind.WROTE) == 1, "the thanks are there", 40)
    assert walk.case(CITIZEN).status == "closed"

    walk.writes(CITIZEN, "Le lien ne fonctionne pas, pouvez-vous le renvoyer ?\n", to=closing)
    again = walk.becomes(number, lambda case: case.status == "open", "is open again")
    assert again.response_due_at is not None
    walk.house.wait_until_settled()
    assert [one["Subject"].count(number) for one in walk.mailbox(CITIZEN)] == [1, 1, 1, 1]
    assert {EntryKind.ROUTED, EntryKind.ANSWERED, EntryKind.WAITING, EntryKind.RESUMED, EntryKind.CLOSED} <= set(
        kinds(walk, number)
    )
    with walk.house.store() as store, store.reading() as tx:
        assert len(tx.cases.latest(50)) == 1


def test_an_incident_goes_to_the_second_level_twice_and_the_citizen_never_sees_the_thread(
    walk: Walk, digital: str
) -> None:
    walk.writes(
        CITIZEN, "Depuis hier je n'arrive plus à rien, l'écran reste blanc. 0470 00 12 34\n", subject="Ecran blanc"
    )
    walk.receives(CITIZEN, "Nous avons bien reçu")
    number = walk.case(CITIZEN).number
    if walk.case(CITIZEN).status == "escalated":
        walk.act("returned", number, "--outcome", "withdrawn", "--as", AGENT)
    wording = "L'écran de Mon Espace reste blanc après la connexion, sur deux postes différents."
    first = ("--wording", wording, "--since", "hier", "--affected", "2", "--tried", "autre navigateur")
    walk.act("escalate", number, *first, "--to", second_level(walk, digital), "--as", AGENT)
    asked = walk.receives(digital, wording)
    assert CITIZEN not in everything(asked)
    assert "0470 00 12 34" not in everything(asked)
    assert any(part.get_content_type() == "application/json" for part in asked.walk())

    walk.writes(
        digital,
        "Votre ticket DIG-4242 est enregistré.\n",
        to=asked,
        subject=f"[DIG-4242] {asked['Subject']}",
        **{"Auto-Submitted": "auto-replied"},
    )
    walk.writes(digital, "Refusé : il manque le numéro du dossier. Secret de Digital.\n", to=asked)
    wait_until(lambda: EntryKind.N2_WROTE in kinds(walk, number), "the second level wrote", 40)
    assert walk.case(CITIZEN).status == "escalated"
    walk.act("returned", number, "--outcome", "refused", "--as", AGENT)
    assert walk.case(CITIZEN).status == "open"

    again = "Le dossier porte le numéro 12345 ; l'écran de Mon Espace reste blanc après la connexion."
    walk.act("escalate", number, "--wording", again, "--to", second_level(walk, digital), "--as", AGENT)
    asked = walk.receives(digital, again)
    assert "DIG-4242" in asked["Subject"]
    walk.writes(digital, "C'est corrigé. Mot de passe interne : zébulon.\n", to=asked)
    wait_until(lambda: kinds(walk, number).count(EntryKind.N2_WROTE) >= 2, "the second level answered", 40)
    walk.act("returned", number, "--outcome", "solved", "--as", AGENT)
    walk.act("reply", number, "--file", "-", "--close", "--as", AGENT, typed="L'écran fonctionne à nouveau.")
    walk.receives(CITIZEN, "fonctionne à nouveau")
    walk.receives(CITIZEN, "/survey/")
    walk.house.wait_until_settled()
    for mail in walk.mailbox(CITIZEN):
        assert not re.search(r"DIG-4242|zébulon|Secret de Digital|Refusé", everything(mail))
        assert not [token for token in TOKEN.findall(everything(mail)) if token.startswith("e")]
    assert all(mail["From"].addresses[0].addr_spec != digital for mail in walk.mailbox(CITIZEN))
    assert not [mail for mail in walk.mailbox(digital) if mail["Auto-Submitted"] == "auto-replied"]


def second_level(walk: Walk, address: str) -> str:
    """The id of the second level with that address."""
    profile = profiles.load(Path(walk.house.environment["AIGUILLAGE_PROFILE"]))
    return next(one.id for one in profile.second_level if one.address == address)


def test_a_relay_forwards_and_is_told_at_the_end(walk: Walk) -> None:
    forwarded = (
        "Bonjour, voici une demande reçue au 1718.\n\n"
        "---------- Forwarded message ---------\n"
        "De : Paul Citoyen <paul.citoyen@example.com>\n"
        "Date : lun. 23 mars 2026 à 10:00\n"
        "Objet : Mon permis\n"
        "À : <accueil@1718.example.be>\n\n"
        "Comment ajouter une annexe à ma demande dans Mon Espace ?\n"
    )
    walk.writes(RELAY, forwarded, subject="Fwd: Mon permis")
    walk.receives(RELAY, "Nous avons bien reçu")
    case = walk.case(RELAY)
    assert (case.relay, case.submitter) == ("1718", RELAY)
    walk.act("requester", case.number, "paul.citoyen@example.com", "--name", "Paul Citoyen", "--as", AGENT)
    walk.act("reply", case.number, "--file", "-", "--close", "--as", AGENT, typed="Cliquez sur « Ajouter une annexe ».")
    walk.receives("paul.citoyen@example.com", "Ajouter une annexe")
    walk.receives("paul.citoyen@example.com", "/survey/")
    told = walk.receives(RELAY, case.number, 2)
    assert "Ajouter une annexe" not in everything(told)
    walk.house.wait_until_settled()
    assert len(walk.mailbox(RELAY)) == 2


def test_what_is_not_ours_is_redirected_kindly_and_counted(walk: Walk) -> None:
    text = "Bonjour,\n\nMon permis de conduire est périmé, comment le renouveler à la commune ?\n"
    walk.writes(CITIZEN, text, subject="Renouveler mon permis de conduire")
    receipt = walk.receives(CITIZEN, "MPA-")
    case = walk.case(CITIZEN)
    assert case.scope == "autre_service"
    with walk.house.store() as store, store.reading() as tx:
        [mail] = [one for one in tx.cases.outbound(case.id) if one.recipient == CITIZEN]
    assert mail.kind == "redirect"
    profile = profiles.load(Path(walk.house.environment["AIGUILLAGE_PROFILE"]))
    assert " ".join(profile.contacts["autre_service"]["fr"].split())[:40] in words(receipt)
    walk.house.wait_until_settled()
    assert len(walk.mailbox(CITIZEN)) == 1


def test_an_overdue_case_climbs_until_somebody_answers(later: Path, house: House, walk: Walk) -> None:
    walk.writes(CITIZEN, "Bonjour,\n\nComment ajouter un document à ma demande dans Mon Espace ?\n")
    walk.receives(CITIZEN, "Nous avons bien reçu")
    case = walk.case(CITIZEN)
    number, queues = case.number, [case.queue]
    for _ in range(2):
        due = walk.case(CITIZEN).alarm_at
        later.write_text(str((due - datetime.now(UTC)).total_seconds() + 1))
        walk.becomes(number, lambda one, due=due: one.alarm_at != due, "is looked at when its clock says so")
    overdue = [entry for entry in walk.entries(number) if entry.kind == EntryKind.OVERDUE]
    warned = [entry for entry in walk.entries(number) if entry.kind == EntryKind.WARNING]
    assert (len(warned), len(overdue)) == (1, 1)
    queues.append(walk.case(CITIZEN).queue)
    assert queues[0] != queues[1]
    walk.receives(TEAM, number, 3)  # the notice, the warning, the overdue target
    walk.act("reply", number, "--file", "-", "--close", "--as", AGENT, typed="Voici comment faire.")
    walk.receives(CITIZEN, "Voici comment faire")
    assert walk.case(CITIZEN).alarm_at is None
    walk.house.wait_until_settled()
    assert len(walk.mailbox(TEAM)) == 3


def test_a_second_level_that_cannot_be_reached_is_waited_for_and_told_once(
    walk: Walk, digital: str, smtp_sink: SmtpSink
) -> None:
    walk.writes(CITIZEN, "Comment me connecter à Mon Espace ?\n")
    walk.receives(CITIZEN, "Nous avons bien reçu")
    number = walk.case(CITIZEN).number
    walk.house.wait_until_settled()
    smtp_sink.reply_with("RCPT", "450 4.2.0 try again later", times=1)
    wording = "La page de connexion de Mon Espace tourne sans fin depuis ce matin."
    walk.act("escalate", number, "--wording", wording, "--to", second_level(walk, digital), "--as", AGENT)

    def waiting() -> list[tuple[str, int]]:
        with walk.house.store() as store, store.reading() as tx:
            return [(one.last_error or "", one.attempts) for one in tx.outbound.pending() if one.last_error]

    wait_until(waiting, "a row waits with the server's words", 40)
    [(error, attempts)] = waiting()
    assert "try again later" in error
    assert attempts == 1
    with walk.house.store() as store, store.transaction("test.sooner") as tx:
        tx.connection.execute(update(outbound).where(outbound.c.state == "pending").values(due_at=datetime.now(UTC)))
    walk.receives(digital, wording)
    walk.house.wait_until_settled()
    assert len(walk.mailbox(digital)) == 1
