"""How long an answer takes tells nobody who has an account: the same work is done whoever asks."""

import pytest

from desk.signin import passwords


def test_whoever_is_unknown_costs_a_hash_too(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    class Counting:
        def verify(self, password: str, kept: str) -> bool:
            verified.append(kept)
            return False

    monkeypatch.setattr(passwords, "_argon2", Counting)
    monkeypatch.setattr(passwords, "_nobodys", lambda: "the hash of nobody")
    assert not passwords.matches("a guess", "the hash of somebody")
    assert not passwords.matches("a guess", None)
    assert verified == ["the hash of somebody", "the hash of nobody"]
