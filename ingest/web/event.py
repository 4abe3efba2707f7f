"""A submission of the form becomes an `InboundEvent`.

Nobody has proved who they are: the address was typed. Only the tracking token of a case, which its people were sent,
ties a submission to that case; a number alone is quoted in the subject, for a person to decide.
"""

import hashlib
from collections.abc import Iterator

from cases.event import Address, Attachment, Channel, InboundEvent
from cases.form import Choice, chosen
from cases.matching import LONGEST_SUBJECT
from cases.profile import Profile
from cases.tokens import Signer
from ingest.web.submission import Submission, read
from store.inbound import Delivery

SHOWN = ("theme", "reason", "sub_reason")
"""What the choices are called among what is shown beside a message."""


def normalise(delivery: Delivery, profile: Profile, signer: Signer) -> InboundEvent:
    """The event of one submission. Raises PermanentError where the bytes hold none."""
    said = read(delivery.raw)
    walked = profile.web_form.walk(said.path)
    box = profile.mailbox(profile.web_form.mailbox_for(said.lang))
    other = Address(said.for_name, said.for_email) if said.for_name or said.for_email else None
    return InboundEvent(
        channel=Channel.FORM,
        source=box.name,
        received_at=delivery.received_at,
        fingerprint=hashlib.sha256(f"form:{delivery.external_id}".encode()).hexdigest(),
        sender=Address(said.name, said.email),
        recipients=(box.address.lower(),),
        references=_references(said, profile, signer),
        sent_at=delivery.received_at,
        subject=_subject(said, walked)[:LONGEST_SUBJECT],
        text=said.text,
        reply_text=said.text,
        attachments=tuple(
            Attachment(one.filename, one.content_type, one.size, index=index) for index, one in enumerate(said.files)
        ),
        headers=dict(zip(SHOWN, (_label(one, said.lang) for one in walked), strict=False)),
        chosen=chosen(profile.web_form, said.path, said.lang),
        fields=dict(said.fields),
        phone=said.phone,
        requester=other,
        wants_copies=said.copies,
    )


def _references(said: Submission, profile: Profile, signer: Signer) -> tuple[str, ...]:
    """The case that the submission adds to, as a Message-ID of ours (RFC 5322 3.6.4) which proves it."""
    case_id = signer.tracked(said.token)
    return () if case_id is None else (signer.message_id(case_id, "form", profile.mail_domain),)


def _subject(said: Submission, walked: tuple[Choice, ...]) -> str:
    words = " – ".join(_label(one, said.lang) for one in walked)
    return " ".join(_parts(words, said.number))


def _parts(words: str, number: str) -> Iterator[str]:
    if words:
        yield words
    if number:
        yield f"({number})" if words else number


def _label(choice: Choice, lang: str) -> str:
    return choice.labels.get(lang, choice.id)
