"""Each protection of docs/security.md stands where the page says, has its test, and is missed by it when it is gone."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.security.page import BEGIN, END, PAGE, row
from tests.security.protections import ROOT, protections

QUICK_SECONDS = 300
THREATS = (
    "spoofed staff",
    "injected headers",
    "stranger joining a case",
    "stored XSS",
    "CSRF",
    "SSRF",
    "path traversal",
    "zip bombs",
    "ReDoS",
    "log injection",
    "formula injection",
    "replay",
    "timing",
    "secrets and personal data in logs",
    "mail flood",
)
"""Those that the service was asked to withstand."""


def test_each_stands_where_it_is_said_to_and_can_be_taken_out() -> None:
    for one in protections():
        changed = one.taken_out()
        if one.path.suffix == ".py":
            ast.parse(changed)


def test_each_has_a_test() -> None:
    for one in protections():
        path, _, name = one.test.partition("::")
        functions = [
            node.name for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body if hasattr(node, "name")
        ]
        assert name in functions, one.test


def test_every_threat_has_one_and_every_chapter_is_spoken_of() -> None:
    found = protections()
    assert [threat for threat in THREATS if not any(threat in one.threat for one in found)] == []
    page = PAGE.read_text(encoding="utf-8")
    assert [f"V{n}" for n in range(1, 18) if f"| V{n} " not in page] == []
    numbers = [int(one.chapter.removeprefix("V")) for one in found]
    assert numbers == sorted(numbers)


def test_the_page_has_a_line_for_each() -> None:
    said = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0].splitlines()
    told = [line.removesuffix(" |").rpartition(" | ") for line in said if line.startswith("| V")]
    assert [f"{line} | " for line, _, _ in told] == [row(one, "").removesuffix(" |") for one in protections()]
    assert {result for _, _, result in told} <= {"fails", "not run yet"}


def test_every_file_and_test_that_the_page_names_is_there() -> None:
    page = PAGE.read_text(encoding="utf-8")
    named = re.findall(
        r"`((?:app|cases|classify|desk|ingest|notify|store|scripts|tests|docs)/[\w/.-]+)(?:::(\w+))?`", page
    )
    assert len(named) > 50
    for path, test in named:
        assert (ROOT / path).exists(), path
        assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{test}"


@pytest.mark.slow
@pytest.mark.timeout(QUICK_SECONDS + 30)
def test_without_its_protection_a_test_fails(tmp_path: Path) -> None:
    """Some of them; `make mutations` takes out every one."""
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONSAFEPATH": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.mutations", "--quick"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=QUICK_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-2_000:]
