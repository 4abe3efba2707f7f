"""Eight mailboxes at once, and the second door: an MTA that delivers to us by LMTP or SMTP."""

import smtplib
from collections import Counter
from pathlib import Path

import pytest

from tests.mails import mail
from tests.roads.house import House, arrive
from tests.servers.imap import ImapServer, OtherClient
from tests.servers.process import answers, free_port, wait_until
from tests.servers.smtp import SmtpSink

EIGHT = 8


def eight_mailboxes(profile: Path, folders: list[OtherClient]) -> None:
    """Turn the shipped profile into one with eight mailboxes, each with a folder, an address and a language."""
    text = (profile / "profile.toml").read_text(encoding="utf-8")
    begin, end = text.index("[[mailboxes]]"), text.index("[[senders]]")
    boxes = [
        f'[[mailboxes]]\nname = "box{number}"\naddress = "box{number}@monpermis.example.be"\n'
        f'display_name = "Service {number}"\nlanguage = "{("fr", "de", "nl", "en")[number % 4]}"\n'
        f'folder = "{folder.folder}"\ndone_folder = "{folder.folder}-done"\npoll_seconds = 1.0\n\n'
        for number, folder in enumerate(folders)
    ]
    (profile / "profile.toml").write_text(text[:begin] + "".join(boxes) + text[end:], encoding="utf-8")


@pytest.mark.servers("dovecot")
def test_eight_mailboxes_are_read_at_once_each_in_its_own_name(
    tmp_path: Path, dovecot_imap: ImapServer, copied_profile: Path, smtp_sink: SmtpSink
) -> None:
    folders = [dovecot_imap.new_folder() for _ in range(EIGHT)]
    eight_mailboxes(copied_profile, folders)
    house = House(tmp_path, {f"box{n}": one.account for n, one in enumerate(folders)}, smtp_sink.url, copied_profile)
    everywhere = mail("La même demande partout.\n", sender="tous@example.org", message_id="<tous@example.org>")
    for number, folder in enumerate(folders):
        sender = f"u{number}@example.org"
        arrive(folder, mail(f"{number}\n", sender=sender, message_id=f"<{sender}>"), everywhere)
    with house.running():
        house.wait_until_settled(messages=2 * EIGHT)
    with house.store() as store, store.reading() as tx:
        fates = Counter((row.source, row.disposition) for row in tx.inbound.balance(*house.ever) for _ in range(row[2]))
        cases = Counter(case.requester for case in tx.cases.latest())
    assert cases == Counter([f"u{n}@example.org" for n in range(EIGHT)] + ["tous@example.org"])
    assert sum(count for (_, fate), count in fates.items() if fate == "duplicate") == EIGHT - 1
    assert {source for source, _ in fates} == {f"box{n}" for n in range(EIGHT)}
    senders = Counter(one.message["From"].addresses[0].addr_spec for one in smtp_sink.messages)
    assert sum(senders.values()) == EIGHT + 1
    assert set(senders) == {f"box{n}@monpermis.example.be" for n in range(EIGHT)}


@pytest.mark.parametrize("imap_server", ["pymap"], indirect=True)
@pytest.mark.parametrize("protocol", [smtplib.LMTP, smtplib.SMTP])
def test_an_mta_delivers_to_us_and_a_repetition_opens_no_second_case(
    house: House, folder: OtherClient, smtp_sink: SmtpSink, protocol: type[smtplib.SMTP]
) -> None:
    house.environment[f"AIGUILLAGE_{protocol.__name__}_BIND"] = f"127.0.0.1:{(port := free_port())}"
    raw = mail(sender="lmtp@example.org", message_id="<lmtp@example.org>")
    with house.running():
        wait_until(lambda: answers(port), "the door is open", 30)
        for _ in range(2):
            with protocol("127.0.0.1", port) as mta:
                refused = mta.sendmail("lmtp@example.org", ["assistance@monpermis.example.be", "x@example.com"], raw)
            assert list(refused) == ["x@example.com"]
        house.wait_until_settled(messages=1)
    with house.store() as store, store.reading() as tx:
        [case] = tx.cases.latest()
    assert case.requester == "lmtp@example.org"
    assert len(smtp_sink.messages) == 2
