"""The service as it is, on a profile whose bounds on automatic mail do not get in the way of measuring."""

from dataclasses import replace

from app.settings import Settings
from app.wiring import House, build
from cases.profile import AutomaticMail
from store import schema
from store.engine import open_engine

MAILBOX = "assistance"
UNBOUNDED = AutomaticMail(budget=1_000_000, staff_budget=1_000_000, mailbox_per_hour=1_000_000)


def bench_house(database_url: str, imap_url: str, smtp_url: str) -> House:
    """The house on a database that is brought up to date first; it reads one mailbox."""
    engine = open_engine(database_url)
    schema.upgrade(engine)
    engine.dispose()
    settings = Settings(
        database_url=database_url,
        smtp_url=smtp_url,
        secret_key="a key for measuring only",
        mailboxes={MAILBOX: {"IMAP_URL": imap_url}},
    )
    house = build(settings)
    return replace(house, profile=replace(house.profile, automatic_mail=UNBOUNDED))
