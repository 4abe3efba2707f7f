import json

from ingest.email.parse import parse
from ingest.email.parsed import ParsedMail
from ingest.email.show import as_json
from tests.ingest.email.corpus import OWN

KEYS = [
    "message_id", "subject", "from", "to", "cc", "reply_to", "date", "in_reply_to", "references", "text", "reply_text",
    "attachments", "kind", "defects",
]  # fmt: skip


def test_the_shape_is_that_of_the_contract() -> None:
    mail = parse((OWN / "parse" / "attachments-and-inline-image.eml").read_bytes())
    shown = as_json(mail, "Voir", "message")
    assert list(shown) == KEYS
    assert shown["from"] == {"name": "", "address": "jean@example.org"}
    assert shown["date"] == "2026-03-05T09:00:00+00:00"
    assert shown["reply_text"] == "Voir"
    assert shown["attachments"][1] == {
        "filename": "plan détaillé.pdf",
        "content_type": "application/pdf",
        "size": 13,
        "inline": False,
    }
    assert json.loads(json.dumps(shown)) == shown


def test_nothing_but_the_date_is_null() -> None:
    shown = as_json(ParsedMail(), "", "message")
    assert [key for key, value in shown.items() if value is None] == ["date"]
