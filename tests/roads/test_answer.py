"""An answer with files, written on the page of a case, walked whole: it arrives, and what is said to it comes back."""

from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import httpx2

from tests.desk.signed import enter
from tests.mails import mail
from tests.roads.house import House, arrive
from tests.servers.imap import OtherClient
from tests.servers.process import answers, free_port, wait_until
from tests.servers.smtp import SmtpSink

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
FILES = {"mode d'emploi é.pdf": PDF, "étapes.csv": "étape;quoi\n1;ouvrir\n".encode()}


def answer(sink: SmtpSink) -> EmailMessage | None:
    """What a person wrote, as it arrived."""
    found = [one.message for one in list(sink.messages)]
    return next((one for one in found if one["Auto-Submitted"] == "no"), None)


def write(address: str, case: Any, cookies: dict[str, str]) -> None:
    """Post the composer's form of that case, as its page would."""
    typed = {"kind": "reply", "text": "C'est expliqué ci-joint.", "lang": "fr", "then": "send"}
    files = [("file", (name, body, "application/octet-stream")) for name, body in FILES.items()]
    page = f"{address}/desk/cases/{case.number}"
    with httpx2.Client(cookies=cookies, headers={"origin": address}) as browser:
        said = browser.post(page, data={**typed, "version": str(case.version)}, files=files)
    assert (said.status_code, said.headers["location"]) == (303, f"/desk/cases/{case.number}?done=sent")


def said_to(arrived: EmailMessage) -> bytes:
    """What the requester says to it, as a mail program would."""
    return mail("Merci, cela marche.\n", message_id="<m2@example.org>", In_Reply_To=arrived["Message-ID"])


def test_an_answer_with_two_files_arrives_and_is_answered(
    house: House, folder: OtherClient, smtp_sink: SmtpSink
) -> None:
    port = free_port()
    house.environment["AIGUILLAGE_HTTP_BIND"] = f"127.0.0.1:{port}"
    with house.running():
        arrive(folder, mail("Comment remplir le formulaire ?\n", subject="Formulaire"))
        house.wait_until_settled(1)
        wait_until(lambda: answers(port), "the pages answer", 30)
        with house.store() as store, store.reading() as tx:
            [case] = tx.cases.latest()
        with house.store() as store:
            write(f"http://127.0.0.1:{port}", case, enter(store))
        wait_until(
            lambda: answer(smtp_sink), "the answer arrived", 60
        )  # it waits ten seconds: its writer could take it back
        arrived = answer(smtp_sink)
        assert arrived is not None
        arrive(folder, said_to(arrived))
        house.wait_until_settled(2)
        with house.store() as store, store.reading() as tx:
            assert [row.disposition for row in tx.cases.inbound(case.id)] == ["case", "reply"]
    assert parseaddr(arrived["To"])[1] == "jeanne@example.org"
    assert (case.number in arrived["Subject"], arrived["In-Reply-To"]) == (True, "<m1@example.org>")
    text = arrived.get_body(("plain",))
    assert text is not None
    assert "C'est expliqué ci-joint." in text.get_content()
    assert {part.get_filename(): part.get_payload(decode=True) for part in arrived.iter_attachments()} == FILES
