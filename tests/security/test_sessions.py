"""What somebody laid in a browser, or read in the database, signs nobody in."""

from datetime import timedelta

from desk.access import digest
from desk.signin.sessions import How, open_session
from store.tx import Store
from tests.desk.signed import NOW, enter


def test_the_session_that_a_browser_came_with_ends(sqlite_store: Store) -> None:
    enter(sqlite_store, "nora")
    with sqlite_store.transaction("tests") as tx:
        laid = open_session(tx, "nora", How.LINK, NOW)
        own = open_session(tx, "nora", How.PASSWORD, NOW, laid)
        assert tx.accounts.signed_in(digest(laid), NOW + timedelta(seconds=1)) is None
        assert tx.accounts.signed_in(digest(own), NOW + timedelta(seconds=1)) is not None


def test_what_the_database_holds_of_a_session_opens_none(sqlite_store: Store) -> None:
    enter(sqlite_store, "nora")
    with sqlite_store.transaction("tests") as tx:
        secret = open_session(tx, "nora", How.PASSWORD, NOW)
        kept = [row.digest for row in tx.accounts.sessions("nora", NOW)]
        assert not any(secret.startswith(one) or one in secret for one in kept)
        assert [one for one in kept if tx.accounts.signed_in(digest(one), NOW) is not None] == []
