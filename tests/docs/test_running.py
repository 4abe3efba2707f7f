"""docs/running.md explains every variable of the environment, with its default."""

from dataclasses import fields

from app.settings import MAILBOX, MAILBOX_KEYS, PREFIX, Settings
from tests.docs.tables import rows

SAID_OTHERWISE = {"secret_key", "signing_key", "model"}
"""Their default is not a value but something that is made or shipped, or another key."""


def test_every_variable_is_explained_with_its_default() -> None:
    documented = {row["variable"]: row["default"] for row in rows("running.md", "variable | default")}
    plain = [field for field in fields(Settings) if field.name != "mailboxes"]
    assert set(documented) == {PREFIX + field.name.upper() for field in plain}
    for field in plain:
        if field.name not in SAID_OTHERWISE:
            assert documented[PREFIX + field.name.upper()] == str(field.default)


def test_every_variable_of_a_mailbox_is_explained() -> None:
    documented = {row["variable"] for row in rows("running.md", "variable | meaning")}
    assert documented == {f"{PREFIX}{MAILBOX}NAME_{key}" for key in MAILBOX_KEYS}
