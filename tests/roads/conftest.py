"""Roads: real servers, the real command, read at both ends."""

from pathlib import Path

import pytest

from app import profile as profiles
from tests.roads.house import House
from tests.servers.imap import OtherClient
from tests.servers.smtp import SmtpSink


@pytest.fixture
def copied_profile(tmp_path: Path) -> Path:
    """A copy of the shipped profile that a test may change."""
    shipped = profiles.find("profiles/mon-permis")
    profile = tmp_path / "profile"
    profile.mkdir()
    (profile / "profile.toml").write_bytes((shipped / "profile.toml").read_bytes())
    (profile / "texts").symlink_to((shipped / "texts").resolve())
    return profile


@pytest.fixture
def road_profile(copied_profile: Path, folder: OtherClient) -> Path:
    """The shipped profile over the test's own folder, polled often."""
    text = (copied_profile / "profile.toml").read_text(encoding="utf-8")
    changes = {
        'folder = "INBOX"': f'folder = "{folder.folder}"',
        'done_folder = "Traités"': f'done_folder = "{folder.folder}-done"',
        "poll_seconds = 30.0": "poll_seconds = 1.0",
    }
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (copied_profile / "profile.toml").write_text(text, encoding="utf-8")
    return copied_profile


@pytest.fixture
def house(tmp_path: Path, folder: OtherClient, smtp_sink: SmtpSink, road_profile: Path) -> House:
    """The service on that folder, submitting to the sink."""
    return House(tmp_path, {"assistance": folder.account}, smtp_sink.url, road_profile)
