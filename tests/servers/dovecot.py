"""Debian's Dovecot with a configuration, ports and mail of its own; any user with the password may log in."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers.installed import program
from tests.servers.process import answers, free_port, own_folder, running, wait_until

PASSWORD = "secret"

CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/state
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
log_path = {folder}/dovecot.log
mail_location = maildir:{folder}/mail/%u
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
mail_max_userip_connections = 200
login_trusted_networks = 127.0.0.1/32
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0 secs
auth_cache_size = 0
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail/%u
}}
service imap-login {{
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""

OAUTH2 = """\
introspection_mode = post
introspection_url = {introspection_url}
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server. `folder` holds its log and, under `mail/USER`, the Maildirs; its certificate is its own CA."""

    port: int
    tls_port: int
    certificate: Path
    folder: Path


@contextlib.contextmanager
def dovecot_server(introspection_url: str = "http://127.0.0.1:9/introspect") -> Iterator[Dovecot]:
    """Run Dovecot for the length of the block. Its master process needs to be root."""
    binary = program("dovecot")
    if binary is None:
        raise FileNotFoundError("Dovecot is not installed: run `make test-deps`")
    with own_folder("dovecot") as folder:
        port, tls_port = free_port(), free_port()
        certificate = _make_certificate(folder)
        (folder / "mail").mkdir()
        shutil.chown(folder / "mail", "mail", "mail")
        (folder / "oauth2.conf").write_text(OAUTH2.format(introspection_url=introspection_url))
        configuration = folder / "dovecot.conf"
        configuration.write_text(CONFIGURATION.format(folder=folder, port=port, tls_port=tls_port, password=PASSWORD))
        with running([binary, "-F", "-c", str(configuration)], folder / "stderr"):
            wait_until(lambda: answers(port), "Dovecot accepts connections")
            yield Dovecot(port, tls_port, certificate, folder)


def _make_certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself (openssl comes with Dovecot's packages)."""
    certificate = folder / "certificate.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command = ["openssl", "req", *kind, *names, "-keyout", str(folder / "key.pem"), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate
