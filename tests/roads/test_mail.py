"""The road of one mail, walked whole: it arrives over IMAP, a case is there, the receipt is read at the other end."""

from email.message import EmailMessage

from tests.mails import mail
from tests.promptly import promptly
from tests.roads.house import House, arrive
from tests.servers.imap import OtherClient
from tests.servers.process import wait_until
from tests.servers.smtp import SmtpSink


def receipts(sink: SmtpSink) -> dict[str, EmailMessage]:
    """The receipts that arrived, by receiver."""
    found = [one.message for one in list(sink.messages)]
    return {one["To"].addresses[0].addr_spec: one for one in found if one["Auto-Submitted"] == "auto-replied"}


def test_a_person_writes_and_is_answered(house: House, folder: OtherClient, smtp_sink: SmtpSink) -> None:
    with house.running():
        arrive(folder, mail("Depuis ce matin, Mon Espace affiche une erreur 500.\n", subject="Erreur 500"))
        wait_until(lambda: "jeanne@example.org" in receipts(smtp_sink), "the receipt arrived", 30)
        house.wait_until_settled()
    receipt = receipts(smtp_sink)["jeanne@example.org"]
    with house.store() as store, store.reading() as tx:
        [case] = tx.cases.latest()
        [acknowledgement, notice] = tx.cases.outbound(case.id)
    assert (case.category, case.tool, case.lang) == ("incident", "mon_espace", "fr")
    assert case.number in receipt["Subject"]
    assert receipt["In-Reply-To"] == "<m1@example.org>"
    assert receipt["Message-ID"] == acknowledgement.message_id
    assert (acknowledgement.outcome, notice.outcome) == ("sent", "sent")
    assert "250" in acknowledgement.smtp_reply
    assert folder.uids() == []
    assert len(folder.uids(f"{folder.folder}-done")) == 1


def test_a_mail_alone_is_answered_within_a_second_or_so(house: House, folder: OtherClient, smtp_sink: SmtpSink) -> None:
    """A guard against waiting for a poll or a sweep (5 s); the measured figure is in `make bench`."""
    with house.running():
        arrive(folder, mail())
        wait_until(lambda: receipts(smtp_sink), "the first receipt", 30)
        with promptly(4):
            arrive(folder, mail("Encore.\n", sender="paul@example.com", message_id="<p@example.com>"))
            wait_until(lambda: "paul@example.com" in receipts(smtp_sink), "the second receipt", 30)


def test_a_second_start_opens_no_case_twice(house: House, folder: OtherClient, smtp_sink: SmtpSink) -> None:
    arrive(folder, *(mail(f"{n}\n", sender=f"u{n}@example.org", message_id=f"<{n}@example.org>") for n in range(5)))
    for _ in range(2):
        with house.running():
            wait_until(lambda: len(receipts(smtp_sink)) == 5, "five receipts", 30)
            house.wait_until_settled()
    with house.store() as store, store.reading() as tx:
        assert len(tx.cases.latest()) == 5
    assert len(smtp_sink.messages) == 10
