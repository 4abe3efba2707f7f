"""Our own rules hold over the whole service, and each of them sees what breaks it."""

import ast
import re
import tomllib

import pytest

from tests.rules import rules
from tests.rules.rules import ROOT, RULES, Rule


@pytest.fixture(scope="module")
def parsed() -> list[tuple[str, ast.Module]]:
    return list(rules.sources())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_holds(parsed: list[tuple[str, ast.Module]], rule: Rule) -> None:
    found = [f"{path}:{line}: {what}" for path, tree in parsed for line, what in rule(path, tree)]
    assert found == []


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (rules.only_these_speak_to_the_network, "desk/mail.py", "import httpx2"),
        (rules.only_these_speak_to_the_network, "ingest/email/body.py", "from urllib.request import urlopen"),
        (rules.only_these_speak_to_the_network, "ingest/email/markup.py", "def f():\n    import socket"),
        (rules.no_shell, "app/alert.py", "subprocess.run(words, shell=True)"),
        (rules.no_shell, "app/alert.py", "subprocess.run(f'mail {address}')"),
        (rules.no_shell, "app/alert.py", "os.system(words)"),
        (rules.no_plain_comparison_of_secrets, "desk/x.py", "if given == self.token: pass"),
        (rules.no_plain_comparison_of_secrets, "desk/x.py", "ok = made_signature != request.signature"),
        (rules.no_sql_put_together, "store/x.py", "tx.execute(text(f'select {name}'))"),
        (rules.no_sql_put_together, "store/x.py", "tx.execute('select ' + name)"),
        (rules.no_sql_put_together, "store/x.py", "c.exec_driver_sql('select {}'.format(name))"),
        (rules.logs_name_no_content, "desk/x.py", "log.info('seen', subject=mail.subject)"),
        (rules.logs_name_no_content, "desk/x.py", "log.info(f'seen {mail}')"),
        (rules.logs_name_no_content, "desk/x.py", "log.info('seen', **values)"),
        (rules.only_these_open_files, "desk/x.py", "open(upload.filename)"),
        (rules.only_these_open_files, "ingest/x.py", "Path(name).read_bytes()"),
        (rules.nothing_is_unpacked, "ingest/x.py", "archive.extractall(folder)"),
        (rules.nothing_is_unpacked, "ingest/x.py", "import tarfile"),
        (rules.markup_is_escaped, "desk/x.py", "from markupsafe import Markup"),
        (rules.markup_is_escaped, "desk/x.py", "Environment(autoescape=False)"),
    ],
)
def test_the_rule_sees_what_breaks_it(rule: Rule, path: str, source: str) -> None:
    assert list(rule(path, ast.parse(source)))


def test_nothing_that_may_break_a_rule_is_listed_in_vain() -> None:
    listed = {*rules.SPEAKS, *rules.OPENS, *rules.NOT_SECRET, *rules.OWN_WORDS, *rules.ESCAPED_LATER, rules.UNPACKS}
    listed |= {path for path, _ in rules.LOGGED}
    assert [one for one in listed if not (ROOT / one).exists()] == []


def test_no_template_lets_markup_through() -> None:
    """What is escaped nowhere, or put where a browser runs it."""
    let_through = re.compile(
        r"(?<!['\)])\|\s*safe\b|autoescape\s+false|<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+=[\"']|style=\"\s*\{\{"
    )
    pages = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "desk/templates").glob("*.html")}
    assert {name: let_through.findall(text) for name, text in pages.items() if let_through.search(text)} == {
        "frame.html": ["|safe"]  # a mail that was cleaned, or one of ours
    }


def test_ruff_looks_at_what_its_rules_know() -> None:
    """Security (S), times without a zone (DTZ), every exception caught (BLE), prints (T20)."""
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert {"S", "DTZ", "BLE", "T20"} <= set(lint["select"])
    assert {one for one in lint["ignore"] if re.match("S[0-9]|DTZ|BLE", one)} == {"S105", "S311"}
    assert {path for path, ignored in lint["per-file-ignores"].items() if "S" in ignored} == {
        "tests/**",
        "bench/**",
        "scripts/**",
    }
