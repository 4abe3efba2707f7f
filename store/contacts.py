"""People with several addresses. An address that stands nowhere here is a person of its own."""

from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from store.tables import contact_address


class Contacts:
    """The linked addresses of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert

    def person_of(self, address: str) -> str | None:
        """The key of the person that this address was linked to, or None."""
        found = select(contact_address.c.person_key).where(contact_address.c.address == address)
        return self._connection.execute(found).scalar()

    def link(self, address: str, person_key: str, now: datetime) -> None:
        """Let an address belong to a person, and to no other."""
        row = {"address": address, "person_key": person_key, "confirmed_at": now}
        statement = self._insert(contact_address).on_conflict_do_update(
            index_elements=["address"], set_={"person_key": person_key, "confirmed_at": now}
        )
        self._connection.execute(statement, row)

    def unlink(self, address: str) -> bool:
        """Let an address be a person of its own again; whether it was linked."""
        return (
            self._connection.execute(delete(contact_address).where(contact_address.c.address == address)).rowcount > 0
        )
