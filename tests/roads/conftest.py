"""Roads: real servers, the real command, read at both ends."""

from pathlib import Path

import pytest

from app import profile as profiles
from tests.roads.house import House
from tests.servers.imap import OtherClient
from tests.servers.smtp import SmtpSink


@pytest.fixture
def road_profile(tmp_path: Path, folder: OtherClient) -> Path:
    """The shipped profile over the test's own folder, polled often."""
    shipped = profiles.find("profiles/mon-permis")
    text = (shipped / "profile.toml").read_text(encoding="utf-8")
    changes = {
        'folder = "INBOX"': f'folder = "{folder.folder}"',
        'done_folder = "Traités"': f'done_folder = "{folder.folder}-done"',
        "poll_seconds = 30.0": "poll_seconds = 1.0",
    }
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    profile = tmp_path / "profile"
    profile.mkdir()
    (profile / "profile.toml").write_text(text, encoding="utf-8")
    (profile / "texts").symlink_to((shipped / "texts").resolve())
    return profile


@pytest.fixture
def house(tmp_path: Path, folder: OtherClient, smtp_sink: SmtpSink, road_profile: Path) -> House:
    """The service on that folder, submitting to the sink."""
    return House(tmp_path, folder.account, smtp_sink.url, road_profile)
