"""What a guess costs whoever has the hashes."""

import subprocess
import sys

from tests.roads.house import ROOT

SCRIPT = "from desk.signin.passwords import hashed, matches; found = hashed('a'); print(found, matches('a', found))"


def test_a_hash_takes_as_much_as_rfc_9106_advises() -> None:
    """(In a process of its own: in this one, hashes are cheap.) Its second recommendation, section 4."""
    said = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert said.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert said.endswith(" True\n")
