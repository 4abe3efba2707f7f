"""Two other services walk both roads on the same code: a town's contact centre, and the help line of another country.

Nothing here is prepared but the profile: mails come to every mailbox, calls to every line, in hours of their own.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.demo.telephone.provider import Person, Provider
from app.demo.telephone.server import serving
from app.http import application
from app.settings import Settings
from app.telephony import phone_routes
from app.wiring import build
from cases.case import EntryKind
from cases.seconding import Wish, escalate
from cases.timers import Calendars
from desk.actions import Desk
from desk.service import Service
from store import tables
from store.inbound import Delivery
from tests.mails import mail
from tests.roads.test_calls_repeated import ACCOUNT, BASE, TOKEN, Front
from tests.servers.smtp import SmtpSink

TUESDAY = datetime(2026, 3, 24, 9, 0, tzinfo=UTC)
"""Ten in the morning in both countries: everybody is there."""
EVENING = TUESDAY + timedelta(hours=9)
BELGIAN_HOLIDAY = datetime(2026, 7, 21, 8, 30, tzinfo=UTC)
FRENCH_HOLIDAY = datetime(2026, 5, 8, 8, 30, tzinfo=UTC)
"""Half past ten on a working day of the week, which the other country works."""
FOREIGN = re.compile(r"mon permis|monpermis|mon espace|gesper|wallon|1718|spw\b", re.IGNORECASE)
"""Words of the first service, which no other may say."""
TOWN, HELP_LINE = "exemple-commune", "exemple-hebergement"
COUNTER, GERMAN, STREETS, DUTY = "+3281000101", "+3287000102", "+3281000103", "+3281000199"
NATIONAL = "+33199001810"


@contextmanager
def service(profile: str, url: str, sink: SmtpSink, start: datetime = TUESDAY) -> Iterator[Front]:
    """The whole service with that profile, at that time, between its provider and its mail server."""
    provider = Provider(BASE, ACCOUNT, TOKEN, start=start)
    with serving(provider) as api:
        settings = Settings(
            profile=profile,
            database_url=url,
            public_url=BASE,
            secret_key="a secret of the tests",
            smtp_url=sink.url,
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=TOKEN,
            twilio_api_url=api,
        )
        house = build(settings, clock=lambda: provider.timeline.now)
        desk = Service(house.store, house.profile, house.signer)
        pages = application(desk, bind="127.0.0.1:8080", public_url=BASE, phone=phone_routes(house))
        with TestClient(pages, base_url=BASE) as client:
            front = Front(house, client, provider)
            provider.web.fetch = front.send
            provider.people |= {seat.number: Person(after=2) for seat in house.profile.seats}
            yield front
        house.close()


def write(front: Front, mailbox: str, text: str, sender: str, **fields: str) -> Any:
    """A mail comes to that mailbox and is worked to its end; the newest case."""
    house = front.house
    to = house.profile.mailbox(mailbox).address
    raw = mail(text, sender=sender, message_id=f"<{abs(hash((sender, text)))}@example.org>", To=to, **fields)
    arrived = [Delivery(raw=raw, source=mailbox, external_id=sender, received_at=house.clock())]
    with house.store.transaction("test.receive") as tx:
        tx.inbound.add_once(arrived, house.clock())
    assert house.intake.process() == 1
    while house.deliver():
        pass
    with house.store.reading() as tx:
        return tx.cases.latest()[0]


def sent_to(sink: SmtpSink, address: str) -> EmailMessage:
    """The last mail to that address."""
    return [one.message for one in sink.messages if address in one.recipients][-1]


def words(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def newest(front: Front) -> Any:
    with front.house.store.reading() as tx:
        return tx.cases.latest()[0]


def fates(front: Front) -> list[str]:
    return [row.result for row in front.rows(select(tables.call).order_by(tables.call.c.id))]


LETTERS = {
    (TOWN, "guichet"): ("Bonjour, e-Comptoir affiche une erreur quand je télécharge un certificat.", "fr"),
    (TOWN, "population"): ("Bonjour, j'ai besoin d'un acte de naissance pour un mariage.", "fr"),
    (TOWN, "travaux"): ("Bonjour, il y a un trou dans la chaussée devant ma maison.", "fr"),
    (TOWN, "dechets"): ("Bonjour, ma poubelle n'a pas été vidée ce matin.", "fr"),
    (TOWN, "bibliotheque"): ("Bonjour, je voudrais prolonger un livre dans Livrelle.", "fr"),
    (TOWN, "buergerdienst"): ("Guten Tag, ich brauche eine Geburtsurkunde für meine Tochter.", "de"),
    (TOWN, "loket"): ("Goedendag, kan mijn afspraak van morgen verplaatst worden?", "nl"),
    (HELP_LINE, "assistance"): ("Bonjour, comment fusionner deux fiches en double dans Orienta ?", "fr"),
    (HELP_LINE, "habilitations"): ("Hello, please create an account for our new colleague.", "en"),
}
RECEIPT = {
    "fr": "Nous avons bien reçu votre message",
    "de": "Sie ist gut bei uns angekommen",
    "nl": "We hebben het goed ontvangen",
    "en": "We have received it",
}
DUE = {
    "guichet": datetime(2026, 3, 27, 9, 0, tzinfo=UTC),
    "travaux": datetime(2026, 3, 25, 14, 0, tzinfo=UTC),
    "bibliotheque": datetime(2026, 3, 26, 14, 30, tzinfo=UTC),
    "assistance": datetime(2026, 3, 25, 9, 0, tzinfo=UTC),
}
"""13.5 hours of each service of the town, and 4.5 of the help line, counted from Tuesday at ten over its own hours."""


@pytest.mark.parametrize(("profile", "mailbox"), LETTERS)
def test_each_mailbox_answers_in_its_name_and_language(
    profile: str, mailbox: str, sqlite_url: str, smtp_sink: SmtpSink
) -> None:
    text, lang = LETTERS[profile, mailbox]
    with service(profile, sqlite_url, smtp_sink) as front:
        case = write(front, mailbox, f"{text}\n", "jeanne@example.org", Subject="")
        box, service_name = front.house.profile.mailbox(mailbox), front.house.profile.service[lang]
        assert re.fullmatch(f"{front.house.profile.case_prefix}-26-0000[1-9]", case.number)
        assert case.lang == lang
        if case.priority == "P3":
            assert case.response_due_at == DUE[box.hours]
    receipt, notice = sent_to(smtp_sink, "jeanne@example.org"), sent_to(smtp_sink, box.team)
    said = words(receipt)
    assert box.address in receipt["From"]
    assert case.number in receipt["Subject"]
    assert RECEIPT[lang] in said
    assert service_name in said
    assert case.number in notice["Subject"]
    assert not FOREIGN.search(said + words(notice))


def test_the_town_asks_for_the_street_and_the_help_line_names_its_emergency_number(
    sqlite_url: str, smtp_sink: SmtpSink
) -> None:
    with service(TOWN, sqlite_url, smtp_sink) as front:
        write(front, "travaux", "Bonjour, un lampadaire est cassé.\n", "a@example.org")
    assert "la rue et le numéro de la maison la plus proche" in words(sent_to(smtp_sink, "a@example.org"))


def test_a_profile_has_a_mail_of_its_own(sqlite_url: str, smtp_sink: SmtpSink) -> None:
    with service(HELP_LINE, sqlite_url, smtp_sink) as front:
        write(front, "assistance", "Bonjour, comment exporter le trimestre de Statéo ?\n", "a@example.org")
    assert "pour une personne sans abri, appelez le 115" in words(sent_to(smtp_sink, "a@example.org"))


@pytest.mark.parametrize(("profile", "mailbox", "form"), [(TOWN, "info", "/form"), (HELP_LINE, "ancienne", "/form")])
def test_a_retired_mailbox_sends_people_to_the_form(
    profile: str, mailbox: str, form: str, sqlite_url: str, smtp_sink: SmtpSink
) -> None:
    with service(profile, sqlite_url, smtp_sink) as front:
        write(front, mailbox, "Bonjour, à qui dois-je m'adresser ?\n", "a@example.org")
        page = front.client.get(form).text
        labels = [one.labels["fr"] for one in front.house.profile.web_form.themes]
    assert BASE + form in words(sent_to(smtp_sink, "a@example.org"))
    assert all(label in page for label in labels)
    assert not FOREIGN.search(page)


@pytest.mark.parametrize(
    ("profile", "mailbox", "text", "agent", "second_level"),
    [
        (TOWN, "guichet", "e-Comptoir affiche une page blanche.", "claire", "informatique"),
        (HELP_LINE, "assistance", "Orienta est inaccessible depuis ce matin.", "karim", "editeur"),
    ],
)
def test_a_fault_goes_to_the_second_level_and_its_answer_comes_back(
    profile: str, mailbox: str, text: str, agent: str, second_level: str, sqlite_url: str, smtp_sink: SmtpSink
) -> None:
    with service(profile, sqlite_url, smtp_sink) as front:
        house = front.house
        case = write(front, mailbox, f"Bonjour,\n\n{text}\n", "jeanne@example.org", Subject="Erreur")
        assert house.profile.category_of("incident") == case.category
        desk = Desk(house.store, house.profile, house.signer, Calendars(house.profile, house.calendars), house.clock)
        desk.act(case.number, agent, lambda case, acting: escalate(case, acting, Wish(wording=f"{text} Vérifié.")))
        while house.deliver():
            pass
        n2 = next(one for one in house.profile.second_level if one.id == second_level)
        asked = sent_to(smtp_sink, n2.address)
        colleague = next(one for one in house.profile.routing.agents if one.id == agent)
        confirmed = sent_to(smtp_sink, colleague.address)
        write(front, mailbox, "Nous regardons.\n", n2.address, In_Reply_To=asked["Message-ID"], Subject="Re: Erreur")
        with house.store.reading() as tx:
            cases = tx.cases.latest()
        entries = front.rows(select(tables.entry.c.kind).where(tables.entry.c.case_id == case.id))
    assert (case.number in asked["Subject"], case.number in confirmed["Subject"]) == (True, True)
    assert f"{text} Vérifié." in words(asked)
    assert "jeanne@example.org" not in words(asked)
    assert [one.number for one in cases] == [case.number]
    assert EntryKind.ESCALATED in {row.kind for row in entries}
    assert not FOREIGN.search(words(asked) + words(confirmed))


@pytest.mark.parametrize(
    ("profile", "line", "keys", "lang", "tools"),
    [
        (TOWN, COUNTER, "11", "fr", "guichet"),
        (TOWN, COUNTER, "32", "nl", "parcarte"),
        (TOWN, GERMAN, "3", "de", "tritout"),
        (TOWN, STREETS, "", "fr", "aucun"),
        (HELP_LINE, NATIONAL, "11", "fr", "orienta"),
        (HELP_LINE, NATIONAL, "22", "en", "lits_libres"),
    ],
)
def test_a_caller_talks_to_the_team(
    profile: str, line: str, keys: str, lang: str, tools: str, sqlite_url: str, smtp_sink: SmtpSink
) -> None:
    with service(profile, sqlite_url, smtp_sink) as front:
        call = front.dial(line, keys)
        said = call.listen()
        front.pass_time(15)
        assert call.talks_with
        call.hang_up()
        front.pass_time(5)
        case = newest(front)
        assert front.provider.alerts == []
        assert fates(front) == ["answered"]
    assert (case.channel, case.lang, case.tool) == ("phone", lang, tools)
    assert case.number.startswith(f"{front.house.profile.case_prefix}-26-")
    assert not FOREIGN.search(said)


@pytest.mark.parametrize(
    ("profile", "line", "keys", "team"),
    [
        (TOWN, COUNTER, "112", "equipe-guichet@commune.example.be"),
        (TOWN, GERMAN, "12", "equipe-guichet@commune.example.be"),
        (TOWN, STREETS, "2", "equipe-travaux@commune.example.be"),
        (HELP_LINE, NATIONAL, "142", "equipe@equipes.example.org"),
    ],
)
def test_after_hours_a_message_becomes_a_case_and_the_team_is_told(
    profile: str, line: str, keys: str, team: str, sqlite_url: str, smtp_sink: SmtpSink
) -> None:
    with service(profile, sqlite_url, smtp_sink, EVENING) as front:
        front.dial(line, keys).leave_message(5.0)
        front.pass_time(30)
        while front.house.deliver():
            pass
        case = newest(front)
        assert fates(front) == ["voicemail"]
        assert front.provider.alerts == []
    notice = sent_to(smtp_sink, team)
    assert case.number in notice["Subject"]
    assert not FOREIGN.search(words(notice))


def test_a_danger_in_the_street_is_put_through_to_the_officer_on_duty(sqlite_url: str, smtp_sink: SmtpSink) -> None:
    with service(TOWN, sqlite_url, smtp_sink, EVENING) as front:
        front.provider.people[DUTY] = Person(after=2)
        call = front.dial(STREETS, "1")
        front.pass_time(10)
        assert call.talks_with
        call.hang_up()
        front.pass_time(5)
        assert fates(front) == ["transferred"]


@pytest.mark.parametrize(
    ("profile", "line", "holiday", "worked"),
    [(TOWN, COUNTER, BELGIAN_HOLIDAY, FRENCH_HOLIDAY), (HELP_LINE, NATIONAL, FRENCH_HOLIDAY, BELGIAN_HOLIDAY)],
)
def test_each_keeps_the_holidays_of_its_country(
    profile: str, line: str, holiday: datetime, worked: datetime, sqlite_url: str, smtp_sink: SmtpSink
) -> None:
    with service(profile, sqlite_url, smtp_sink, holiday) as front:
        call = front.dial(line, "1")
        assert "ouvre" in call.listen()
        call.hang_up()
    with service(profile, sqlite_url, smtp_sink, worked) as front:
        call = front.dial(line, "1")
        assert "ouvre" not in call.listen()
        call.hang_up()


def test_a_number_keyed_without_its_country_is_of_the_country_of_the_service(
    sqlite_url: str, smtp_sink: SmtpSink
) -> None:
    with service(HELP_LINE, sqlite_url, smtp_sink, EVENING) as front:
        call = front.dial(NATIONAL, "141", "anonymous")
        call.press("0199001877#")
        assert "0 1, 9 9, 0 0, 1 8, 7 7" in call.listen()
        call.press("1")
        call.press("1")
        front.pass_time(5)
        [wanted] = front.rows(select(tables.callback))
    assert wanted.number == "+33199001877"
