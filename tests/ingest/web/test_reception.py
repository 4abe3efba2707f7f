"""Kept first, once, whatever becomes of it; drafts with their files."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ingest.web.drafts import KEPT, Draft, Drafts, digest_of, is_secret, new_secret
from ingest.web.reception import Reception
from ingest.web.submission import Submission
from ingest.web.uploads import LARGEST_FILE, MOST_FILES, Looked, Offered, look
from store.tx import Kind, Store

NOW = datetime(2026, 3, 24, 9, 5, tzinfo=UTC)
NOTHING = Looked((), {}, ())
SAID = Submission(lang="fr", text="Bonjour", name="Jeanne", email="j@example.org")


def offered(name: str = "a.txt", body: bytes = b"Bonjour") -> Offered:
    return Offered(name, len(body), io.BytesIO(body))


def test_a_draft_that_was_sent_is_not_kept_again_by_what_was_on_its_way(store: Store) -> None:
    drafts = Drafts(store, lambda: NOW)
    kept = drafts.keep(drafts.find(new_secret()), look([offered()], ()))
    Reception(store, lambda: NOW).take(kept.digest, replace(SAID, files=kept.files))
    drafts.keep(replace(kept, answers={"text": "typed meanwhile"}), NOTHING, dropped=[kept.files[0].key])
    Drafts(store, lambda: NOW + 2 * KEPT).forget_old()
    with store.reading() as tx:
        assert tx.forms.bytes_of(kept.files[0].key) == b"Bonjour"


def test_the_same_key_twice_is_kept_once(store: Store) -> None:
    reception = Reception(store, lambda: NOW)
    first, second = (reception.take("k", replace(SAID, text=text)) for text in ("a", "b"))
    assert first.id == second.id
    assert (first.source, first.channel, first.external_id) == ("form", "form", "k")


def test_where_nobody_works_it_at_once_the_workers_are_woken(store: Store) -> None:
    woken: list[Kind] = []
    store.wake = woken.append
    worked: list[Sequence[int]] = []

    def breaks(rows: Sequence[int]) -> int:
        worked.append(rows)
        raise RuntimeError("a model that breaks")

    row = Reception(store, lambda: NOW, breaks).take("k", SAID)
    assert worked == [[row.id]]
    assert row.state == "pending"
    assert woken == [Kind.INBOUND]


def test_a_draft_keeps_its_files_until_it_is_sent_and_then_they_are_the_submissions(store: Store) -> None:
    drafts = Drafts(store, lambda: NOW)
    looked = look([offered(), offered("b.txt", b"Rebonjour")], ())
    secret = new_secret()
    kept = drafts.keep(replace(drafts.find(secret), answers={"text": "Bonjour"}), looked)
    assert drafts.find(secret) == kept
    kept = drafts.keep(kept, NOTHING, dropped=[kept.files[0].key])
    assert [one.filename for one in kept.files] == ["b.txt"]
    Reception(store, lambda: NOW).take(kept.digest, replace(SAID, files=kept.files))
    assert drafts.find(secret) == Draft(digest=digest_of(secret))
    drafts.forget(kept)
    with store.reading() as tx:
        assert tx.forms.bytes_of(kept.files[0].key) == b"Rebonjour"
        assert tx.forms.bytes_of(looked.uploads[0].key) is None


def test_the_same_file_twice_is_two_so_that_one_can_be_forgotten(store: Store) -> None:
    drafts = Drafts(store, lambda: NOW)
    mine, theirs = (drafts.keep(drafts.find(new_secret()), look([offered()], ())) for _ in range(2))
    drafts.forget(mine)
    with store.reading() as tx:
        assert tx.forms.bytes_of(theirs.files[0].key) == b"Bonjour"


def test_old_drafts_are_forgotten_with_their_files(store: Store) -> None:
    now = [NOW]
    drafts = Drafts(store, lambda: now[0])
    old = drafts.keep(drafts.find(new_secret()), look([offered()], ()))
    now[0] += KEPT + timedelta(seconds=1)
    young = drafts.keep(drafts.find(new_secret()), NOTHING)
    assert drafts.forget_old() == 1
    assert drafts.forget_old() == 0
    with store.reading() as tx:
        assert tx.forms.find(young.digest) is not None
        assert tx.forms.find(old.digest) is None
        assert tx.forms.bytes_of(old.files[0].key) is None


def test_files_are_bounded_one_by_one_and_together() -> None:
    half = look([offered(f"{n}.txt", b"a" * LARGEST_FILE) for n in range(3)], ())
    assert [one.why for one in half.refused] == ["together"]
    many = look([offered(f"{n}.txt") for n in range(MOST_FILES + 1)], ())
    assert [one.why for one in many.refused] == ["many"]
    assert [one.why for one in look([offered("c.txt")], many.uploads).refused] == ["many"]
    assert [one.why for one in look([offered(body=b"a" * (LARGEST_FILE + 1))], ()).refused] == ["large"]


def test_names_of_files_are_made_harmless() -> None:
    names = ["../../x.txt", "C:\\Users\\a.txt", "a\x00b.txt", "con.txt", "\u202etxt.exe.txt", "." * 300 + ".txt"]
    taken = [one.filename for one in look([offered(name) for name in names], ()).uploads]
    assert taken == ["x.txt", "a.txt", "ab.txt", "_con.txt", "txt.exe.txt", *taken[5:]]
    assert all("/" not in name and "\\" not in name and len(name) <= 120 for name in taken)


def test_secrets_are_long_and_their_like_is_known() -> None:
    assert is_secret(new_secret())
    assert new_secret() != new_secret()
    assert not any(map(is_secret, ("", "short", "a" * 31, "a" * 33, "é" * 32, "../" * 11)))
