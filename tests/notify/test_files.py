"""What an escalation or an answer takes along, what it leaves out, and what its machine-readable part says of both."""

import hashlib
import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import delete, insert

from cases.errors import PermanentError
from cases.policy import OutboundKind
from notify import files
from notify.casefile import SCHEMA
from notify.smtp import Submission
from store.tables import blob
from store.tx import Store
from tests.docs.tables import rows
from tests.notify.letters import BODIES, LOG, PICTURE, WORDS, author, letter
from tests.notify.outbox import CASE, NOW, SIGNER, Clock, delivery_of, queue
from tests.servers.smtp import SmtpSink

ORIGINAL = "c" * 64
MESSAGE = b"From: jeanne.dupont@example.org\r\nSubject: hello\r\n\r\nBody\r\n"


def compose(bodies: dict[str, bytes], **changes: Any) -> EmailMessage:
    raw = author().compose(letter(OutboundKind.ESCALATION, **changes), True, bodies)
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def attached(message: EmailMessage) -> dict[str, EmailMessage]:
    return {part.get_filename(): part for part in message.iter_attachments()}  # type: ignore[misc]


def document(message: EmailMessage) -> Any:
    return json.loads(attached(message)["case.json"].get_content())


def text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_an_escalation_takes_its_files_along() -> None:
    message = compose({**BODIES, LOG: b"line\n"})
    assert message.get_content_type() == "multipart/mixed"
    assert list(attached(message)) == ["case.json", "Capture d'écran é.png", "journal.txt"]
    assert attached(message)["Capture d'écran é.png"].get_content() == BODIES[PICTURE]
    assert attached(message)["case.json"].get_content_type() == "application/json"
    assert "non joints" not in text(message)


def test_a_file_that_is_gone_is_named_and_nothing_fails() -> None:
    message = compose(BODIES)
    assert list(attached(message)) == ["case.json", "Capture d'écran é.png"]
    assert "journal.txt : il n'est plus conservé" in text(message)
    assert [one["left_out"] for one in document(message)["files"]] == ["", "gone"]


def test_what_would_make_the_mail_too_large_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST", 150)
    message = compose({PICTURE: b"x" * 151, LOG: b"y" * 150, ORIGINAL: MESSAGE}, original=ORIGINAL)
    assert list(attached(message)) == ["case.json", "journal.txt"]
    assert "écran é.png : l'ensemble serait trop volumineux" in text(message)
    assert "original.eml : l'ensemble serait trop volumineux" in " ".join(text(message).split())
    assert [one["left_out"] for one in document(message)["files"]] == ["too_large", "", "too_large"]


def test_an_answer_takes_its_files_along_beside_its_two_faces() -> None:
    row = letter(OutboundKind.REPLY, files=[{"filename": "mode.png", "content_type": "image/png", "sha256": PICTURE}])
    message = message_from_bytes(author().compose(row, True, BODIES), EmailMessage, policy=policy.default)
    assert [part.get_content_type() for part in message.iter_parts()] == ["multipart/alternative", "image/png"]
    assert attached(message)["mode.png"].get_content() == BODIES[PICTURE]
    assert message.get_body(("html",)) is not None


def test_an_answer_does_not_leave_without_its_file() -> None:
    row = letter(OutboundKind.REPLY, files=[{"filename": "mode.png", "content_type": "image/png", "sha256": LOG}])
    with pytest.raises(PermanentError, match=r"mode\.png"):
        author().compose(row, True, BODIES)


def test_the_original_goes_along_only_where_the_row_says_so() -> None:
    with_it, without = compose({ORIGINAL: MESSAGE}, original=ORIGINAL), compose({ORIGINAL: MESSAGE})
    part = attached(with_it)["original.eml"]
    assert part.get_content_type() == "message/rfc822"
    assert part.get_content()["Subject"] == "hello"
    assert "le message d'origine" in text(with_it)
    assert "original.eml" not in attached(without)


def test_a_citizens_file_may_be_called_like_the_original() -> None:
    chosen = [{"filename": "original.eml", "content_type": "message/rfc822", "sha256": LOG}]
    message = compose({LOG: MESSAGE}, files=chosen)
    assert "- original.eml\r\n" in text(message)
    assert "le message d'origine" not in text(message)


def test_the_machine_readable_part_has_the_fields_of_the_page() -> None:
    found = document(compose(BODIES))
    documented = [row["field of `case.json"] for row in rows("mails.md", "field of `case.json")]
    assert set(found) == set(documented)
    assert found["schema"] == SCHEMA
    assert SIGNER.thread_of(found["reference"]) == CASE
    assert (found["number"], found["ticket"], found["priority"]) == ("MPA-26-00412", "DIG-1234", "P2")
    assert (found["text"], found["requester"], found["masked"]) == (WORDS, "", True)
    assert found["escalation"]["by"] == "Anne Lambert"
    assert found["files"][0] == {
        "filename": "Capture d'écran é.png",
        "content_type": "image/png",
        "sha256": PICTURE,
        "size": len(BODIES[PICTURE]),
        "left_out": "",
    }


def escalate(store: Store, contents: dict[str, bytes]) -> None:
    """Queue an escalation whose two files and original have these contents."""
    queue(store, 0)
    row = letter(OutboundKind.ESCALATION)
    named = {hashlib.sha256(content).hexdigest(): content for content in contents.values()}
    chosen = [
        {"filename": name, "content_type": "text/plain", "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in contents.items()
    ]
    with store.transaction("test") as tx:
        tx.connection.execute(
            insert(blob),
            [
                {"sha256": sha256, "size": len(body), "body": body, "created_at": NOW, "retention": "message"}
                for sha256, body in named.items()
            ],
        )
        tx.outbound.add_once(
            [
                {
                    "key": "escalation:9",
                    "kind": row.kind,
                    "case_id": CASE,
                    "mailbox": "assistance",
                    "recipient": "support@digital.example.be",
                    "lang": "fr",
                    "message_id": row.message_id,
                    "automatic": False,
                    "context": {**row.context, "files": chosen},
                    "escalation_id": 9,
                    "created_at": NOW,
                    "due_at": NOW,
                }
            ]
        )


def test_the_files_come_from_the_store_and_are_sent_once(
    store: Store, submission: Submission, smtp_sink: SmtpSink, clock: Clock
) -> None:
    escalate(store, {"journal.txt": b"line one\n", "purged.txt": b"line two\n"})
    with store.transaction("test") as tx:
        tx.connection.execute(delete(blob).where(blob.c.body == b"line two\n"))
    delivery = delivery_of(store, submission, clock)
    assert delivery.deliver() == 1
    (mail,) = smtp_sink.messages
    message = message_from_bytes(mail.raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert attached(message)["journal.txt"].get_content().replace("\r\n", "\n") == "line one\n"
    assert "purged.txt" not in attached(message)
    assert "purged.txt : il n'est plus conservé" in text(message)
