"""Whether an automatic mail about a case may still leave. Counts hold for one transaction, under the intake's lock."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from cases.mails import Mail
from cases.policy import OutboundKind, Verdict, is_address, window, withheld, without_sub_address
from cases.profile import Profile
from store.known import Questions
from store.tx import Transaction

TO_PEOPLE = frozenset({OutboundKind.REMINDER})
"""What goes to whoever wrote to us. All else goes to people at work, who share a budget of their own."""


class Budget:
    """The mails that may leave for the receivers of `mails`, in the order in which it is asked."""

    def __init__(self, tx: Transaction, profile: Profile, mails: Iterable[Mail], now: datetime) -> None:
        self._profile = profile
        found = list(mails)
        asked = Questions(
            recipients={mail.recipient for mail in found},
            mailboxes={mail.mailbox for mail in found},
            window_start=now - window(profile.automatic_mail),
            hour_start=now - timedelta(hours=1),
        )
        known = tx.known.ask(asked)
        self._sent_to, self._sent_by = Counter(known.sent_to), Counter(known.sent_by)

    def take(self, mail: Mail) -> Verdict | None:
        """Count a mail as sent, or the reason why it must not be."""
        if verdict := self._refused(mail):
            return verdict
        self._sent_to[mail.recipient] += 1
        self._sent_by[mail.mailbox] += 1
        return None

    def _refused(self, mail: Mail) -> Verdict | None:
        to, sent = mail.recipient, self._sent_to[mail.recipient]
        if mail.kind in TO_PEOPLE:
            return withheld(to, self._profile, sent, self._sent_by[mail.mailbox])
        if not is_address(to):
            return Verdict.NO_ADDRESS
        if without_sub_address(to) in self._profile.own_addresses:
            return Verdict.OWN_ADDRESS
        return Verdict.BUDGET if sent >= self._profile.automatic_mail.staff_budget else None
