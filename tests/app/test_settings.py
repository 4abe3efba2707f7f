"""The environment: read once, every fault named."""

import os
import stat
from pathlib import Path

import pytest

from app.settings import Settings, read
from cases.errors import ConfigurationError
from ingest.scanning import Clamd, unscanned


def test_nothing_set_is_the_embedded_default() -> None:
    settings = read({"PATH": "/bin", "AIGUILLAGE_SMTP_URL": ""})
    assert settings == Settings()
    assert settings.bind == ("127.0.0.1", 8080)


def test_a_value_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("0123456789abcdef0\n")
    assert read({"AIGUILLAGE_SECRET_KEY_FILE": str(tmp_path / "key")}).secret() == b"0123456789abcdef0"


def test_mailbox_credentials_are_kept_by_the_mailbox_s_name() -> None:
    found = read({"AIGUILLAGE_MAILBOX_PERMIS_URBANISME_IMAP_URL": "imaps://u@h", "AIGUILLAGE_MAILBOX_B_PASSWORD": "x"})
    assert found.mailboxes == {"permis-urbanisme": {"IMAP_URL": "imaps://u@h"}, "b": {"PASSWORD": "x"}}


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(
            {
                "AIGUILLAGE_HTTP_BIND": "nowhere",
                "AIGUILLAGE_SECRET_KEY": "short",
                "AIGUILLAGE_DISK_FLOOR_MB": "-1",
                "AIGUILLAGE_SMPT_URL": "smtp://x",
                "AIGUILLAGE_PROFILE_FILE": "/nowhere/at/all",
                "AIGUILLAGE_MAILBOX_ASSISTANCE_IMAPURL": "imaps://u@h",
                "AIGUILLAGE_MODEL": "one",
                "AIGUILLAGE_MODEL_FILE": __file__,
            }
        )
    assert {key for key, _, _ in caught.value.faults} == {
        "AIGUILLAGE_HTTP_BIND",
        "AIGUILLAGE_SECRET_KEY",
        "AIGUILLAGE_DISK_FLOOR_MB",
        "AIGUILLAGE_SMPT_URL",
        "AIGUILLAGE_PROFILE_FILE",
        "AIGUILLAGE_MAILBOX_ASSISTANCE_IMAPURL",
        "AIGUILLAGE_MODEL_FILE",
    }


@pytest.mark.parametrize("megabytes", ["²", "many", "1.5"])
def test_a_floor_that_is_no_number_is_refused(megabytes: str) -> None:
    with pytest.raises(ConfigurationError, match="DISK_FLOOR_MB"):
        read({"AIGUILLAGE_DISK_FLOOR_MB": megabytes})


def test_a_key_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"")
    with pytest.raises(ConfigurationError, match="no whole key"):
        Settings(database_url=f"sqlite:///{tmp_path}/aiguillage.db").secret()


def test_a_server_s_database_wants_a_key_that_its_processes_share() -> None:
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        read({"AIGUILLAGE_DATABASE_URL": "postgresql://u@h/d"})


def test_several_processes_want_servers_and_every_fault_is_named() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read({"AIGUILLAGE_REHEARSAL": "1"}).require_servers()
    assert [key for key, _, _ in caught.value.faults] == [
        "AIGUILLAGE_DATABASE_URL",
        "AIGUILLAGE_REDIS_URL",
        "AIGUILLAGE_REHEARSAL",
    ]
    server = {"AIGUILLAGE_DATABASE_URL": "postgresql://u@h/d", "AIGUILLAGE_SECRET_KEY": "0123456789abcdef0"}
    read(server | {"AIGUILLAGE_REDIS_URL": "redis://h:6379/0"}).require_servers()
    with pytest.raises(ConfigurationError, match="REDIS_URL"):
        read(server).require_servers()


def test_the_embedded_key_is_made_once_and_is_its_owner_s_alone(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/data/aiguillage.db")
    key = settings.secret()
    assert (len(key) >= 32, settings.secret()) == (True, key)
    assert stat.S_IMODE(os.stat(tmp_path / "data" / "secret.key").st_mode) == 0o600


@pytest.mark.parametrize(
    "url", ["sqlite:////tmp/x/a.db", "sqlite+pysqlite:////tmp/x/a.db", "sqlite:////tmp/x/a.db?timeout=5"]
)
def test_every_spelling_of_the_embedded_database_has_its_folder(url: str) -> None:
    assert Settings(database_url=url).folder == Path("/tmp/x")


def test_the_public_address_follows_the_one_that_pages_answer_on() -> None:
    assert read({"AIGUILLAGE_HTTP_BIND": "127.0.0.1:9090"}).public_url == "http://127.0.0.1:9090"
    given = {"AIGUILLAGE_HTTP_BIND": "127.0.0.1:9090", "AIGUILLAGE_PUBLIC_URL": "https://desk.example.org"}
    assert read(given).public_url == "https://desk.example.org"


def test_the_provider_may_sign_with_two_tokens_and_several_keys(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("new\n")
    found = read(
        {
            "AIGUILLAGE_TWILIO_ACCOUNT_SID": "AC1",
            "AIGUILLAGE_TWILIO_AUTH_TOKEN_FILE": str(tmp_path / "token"),
            "AIGUILLAGE_TWILIO_AUTH_TOKEN_2": "old",
            "AIGUILLAGE_TWILIO_SHARED_KEYS": "one=a=b, two=c",
        }
    )
    assert found.twilio_tokens == ("new", "old")
    assert found.shared_keys == {"one": "a=b", "two": "c"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TWILIO_ACCOUNT_SID", "SK1"),
        ("TWILIO_AUTH_TOKEN", "alone"),
        ("TWILIO_AUTH_TOKEN_2", "alone"),
        ("TWILIO_SHARED_KEYS", "no secret"),
        ("TWILIO_SHARED_KEYS", "=no id"),
        ("TWILIO_API_URL", "127.0.0.1:8099"),
        ("TWILIO_REGION", "ie1"),
        ("SPEECH_MODEL", "/nowhere/at/all"),
        ("REHEARSAL", "yes"),
        ("REDIS_URL", "127.0.0.1:6379"),
    ],
)
def test_a_phone_that_could_not_work_is_refused(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name.partition("_")[0]):
        read({f"AIGUILLAGE_{name}": value})


def test_nobody_rehearses_where_others_could_reach_it() -> None:
    assert read({"AIGUILLAGE_REHEARSAL": "1"}).rehearsal == 1
    with pytest.raises(ConfigurationError, match="REHEARSAL"):
        read({"AIGUILLAGE_REHEARSAL": "1", "AIGUILLAGE_PUBLIC_URL": "https://desk.example.org"})


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"OIDC_ISSUER": "http://login.example.org", "OIDC_CLIENT_ID": "a"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://login.example.org"}, "OIDC_CLIENT_ID"),
        ({"OIDC_CLIENT_ID": "a"}, "OIDC_CLIENT_ID"),
        ({"OIDC_CLIENT_SECRET": "s"}, "OIDC_CLIENT_SECRET"),
        ({"TRUSTED_PROXIES": "127.0.0.1, proxy.example.org"}, "TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "*"}, "TRUSTED_PROXIES"),
    ],
)
def test_a_sign_in_that_could_not_work_is_refused(settings: dict[str, str], fault: str) -> None:
    with pytest.raises(ConfigurationError, match=fault):
        read({f"AIGUILLAGE_{name}": value for name, value in settings.items()})


def test_an_issuer_on_this_machine_and_proxies_by_network_are_good() -> None:
    found = read(
        {
            "AIGUILLAGE_OIDC_ISSUER": "http://127.0.0.1:8081/realms/a",
            "AIGUILLAGE_OIDC_CLIENT_ID": "a",
            "AIGUILLAGE_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8, 2001:db8::/32",
        }
    )
    assert found.oidc_groups_claim == "groups"


def test_the_key_of_references_is_replaced_beside_the_one_before() -> None:
    """The steps of docs/security.md: known everywhere, then signing, then alone."""
    own, new = {"AIGUILLAGE_SECRET_KEY": "k" * 16}, "n" * 16
    assert read(own).signing_keys == ()
    assert read(own | {"AIGUILLAGE_SIGNING_KEY_2": new}).signing_keys == (b"k" * 16, new.encode())
    both = {"AIGUILLAGE_SIGNING_KEY": new, "AIGUILLAGE_SIGNING_KEY_2": "k" * 16}
    assert read(own | both).signing_keys == (new.encode(), b"k" * 16)
    assert read(own | {"AIGUILLAGE_SIGNING_KEY": new}).signing_keys == (new.encode(),)
    with pytest.raises(ConfigurationError, match="SIGNING_KEY: is too short"):
        read(own | {"AIGUILLAGE_SIGNING_KEY": "short"})


def test_a_scanner_has_an_address() -> None:
    assert read({"AIGUILLAGE_CLAMD": "unix:/run/clamav/clamd.ctl"}).scan == Clamd("unix:/run/clamav/clamd.ctl")
    assert read({}).scan is unscanned
    with pytest.raises(ConfigurationError, match="CLAMD"):
        read({"AIGUILLAGE_CLAMD": "localhost"})
