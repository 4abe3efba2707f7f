"""Rules of our own for what matters here, read off the syntax tree: what ruff's S, DTZ and BLE do not know of us.

Each rule gives the lines that break it. What may break it stands in its own list of files, with the reason.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "cases", "classify", "desk", "ingest", "notify", "store")

Found = tuple[int, str]
Rule = Callable[[str, ast.Module], Iterator[Found]]


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Every file of the service by its path in the repository, parsed."""
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


NETWORK = ("httpx2", "httpx", "requests", "urllib.request", "urllib3", "http.client", "aiohttp", "socket", "ftplib")
SPEAKS: Mapping[str, str] = {
    "app/alert.py": "the profile's webhook of the probe",
    "app/commands/serving.py": "listens",
    "app/demo/": "servers of the demonstration, on loopback",
    "app/watching/life.py": "the setting of the heartbeat",
    "desk/signin/issuer.py": "the issuer of the settings",
    "ingest/email/idle.py": "the mailbox of the settings",
    "ingest/email/oauth.py": "the token address of the settings",
    "ingest/scanning.py": "the virus scanner of the settings",
    "ingest/voice/twilio/": "the provider; ids are checked, addresses built by us",
    "notify/hooks/address.py": "looks names of webhooks up, and refuses what is not public",
    "notify/hooks/sending.py": "webhooks, to addresses that were looked at",
    "notify/jira/": "the Jira of the settings",
}
"""Who may speak to the network, and to whom: never to an address out of a message."""


def only_these_speak_to_the_network(path: str, tree: ast.Module) -> Iterator[Found]:
    if any(path.startswith(one) for one in SPEAKS):
        return
    for node in ast.walk(tree):
        found = [name for name in _imported(node) if f"{name}.".startswith(tuple(f"{one}." for one in NETWORK))]
        yield from ((getattr(node, "lineno", 0), f"imports {name}") for name in found)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def no_shell(_: str, tree: ast.Module) -> Iterator[Found]:
    for call in _calls(tree):
        name = _dotted(call.func)
        if name in ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"):
            yield call.lineno, name
        if any(one.arg == "shell" and not _is_false(one.value) for one in call.keywords):
            yield call.lineno, "a shell"
        if name.startswith("subprocess.") and call.args and isinstance(call.args[0], ast.JoinedStr | ast.Constant):
            yield call.lineno, "a command in one text"


_SECRET = re.compile(r"(?:^|_)(?:token|secret|signature|mac|hmac|digest|password|hash|csrf|nonce)s?(?:_of)?$", re.I)
NOT_SECRET: Mapping[str, str] = {
    "classify/": "checksums of data",
    "desk/signin/routes_account.py": "which of one's own sessions, by the digest that the page shows",
    "store/": "rows are looked up by digests, in an index",
}


def no_plain_comparison_of_secrets(path: str, tree: ast.Module) -> Iterator[Found]:
    """Such a comparison ends at the first letter that differs, and so tells how far somebody guessed (CWE-208)."""
    for node in ast.walk(tree):
        if path.startswith(tuple(NOT_SECRET)) or not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        equal = any(isinstance(one, ast.Eq | ast.NotEq) for one in node.ops)
        column = any(".c." in _dotted(one) for one in sides)
        blank = any(isinstance(one, ast.Constant) for one in sides)
        if equal and not column and not blank and any(_SECRET.search(_last(one)) for one in sides):
            yield node.lineno, ast.unparse(node)


OWN_WORDS: Mapping[str, str] = {
    "store/alone.py": "pragmas of ours",
    "store/archive.py": "the name of our table",
    "store/bulk.py": "names of our tables, quoted",
    "store/engine.py": "pragmas of ours",
    "store/migrations/": "run once, by names of ours",
    "store/schema.py": "a pragma, and the number of a lock",
    "store/scouring.py": "names of our tables",
    "store/snapshot.py": "names of tables that the database itself lists",
}
"""Where a statement is put together, out of what is ours alone: what no parameter can stand for."""


def no_sql_put_together(path: str, tree: ast.Module) -> Iterator[Found]:
    if path.startswith(tuple(OWN_WORDS)):
        return
    for call in _calls(tree):
        if _last(call.func) in ("text", "execute", "exec_driver_sql", "executescript", "executemany") and call.args:
            first = call.args[0]
            formatted = isinstance(first, ast.Call) and _last(first.func) == "format"
            if isinstance(first, ast.JoinedStr | ast.BinOp) or formatted:
                yield call.lineno, ast.unparse(first)


_LEVELS = ("debug", "info", "warning", "error", "exception", "critical")
FORBIDDEN = frozenset(
    "subject body text raw content address sender recipient requester email mail phone caller number name display_name "
    "filename token password secret key url headers values row message reply transcript answer form query".split()
)
LOGGED: Mapping[tuple[str, str], str] = {
    ("app/watching/watched.py", "name"): "what the operator calls a secret that expires",
    ("store/tx.py", "name"): "the name of a transaction",
}
"""(file, field) that may be logged all the same, with the reason."""


def logs_name_no_content(path: str, tree: ast.Module) -> Iterator[Found]:
    """A line is an event of ours with fields of which none holds what somebody wrote, or who they are."""
    for call in _calls(tree):
        if not isinstance(call.func, ast.Attribute) or _dotted(call.func.value) not in ("log", "logger", "logging"):
            continue
        if call.func.attr not in _LEVELS:
            continue
        if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant):
            yield call.lineno, "an event is one word of ours"
        for one in call.keywords:
            if one.arg is None or (one.arg in FORBIDDEN and (path, one.arg) not in LOGGED):
                yield call.lineno, f"logs {one.arg}"


STRANGERS = ("desk/", "ingest/", "notify/")
OPENS: Mapping[str, str] = {
    "desk/pages.py": "static files by names of ours",
    "desk/words.py": "our own texts",
    "ingest/email/isolated.py": "how much memory the process has",
    "notify/html.py": "our own page of a mail",
}
_OPENING = (
    "open",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "iterdir",
    "glob",
)


def only_these_open_files(path: str, tree: ast.Module) -> Iterator[Found]:
    """Where strangers' content is handled no file is opened: what they call a file is never a path."""
    if not path.startswith(STRANGERS) or path in OPENS:
        return
    for call in _calls(tree):
        own = isinstance(call.func, ast.Name) and call.func.id == "open"
        method = isinstance(call.func, ast.Attribute) and call.func.attr in _OPENING[1:]
        named = _dotted(call.func) in ("Path.open", "io.open", "os.open", "shutil.move", "shutil.copy")
        if own or method or named:
            yield call.lineno, ast.unparse(call)


UNPACKS = "app/backup/"


def nothing_is_unpacked(path: str, tree: ast.Module) -> Iterator[Found]:
    """An archive's list may be read; what is in it, only of a backup of ours, against its checksums."""
    if path.startswith(UNPACKS):
        return
    for node in ast.walk(tree):
        found = [name for name in _imported(node) if name.startswith(("tarfile", "shutil.unpack"))]
        yield from ((getattr(node, "lineno", 0), f"imports {name}") for name in found)
        if isinstance(node, ast.Call) and _dotted(node.func).startswith(
            ("archive.extract", "archive.open", "archive.read")
        ):
            yield node.lineno, ast.unparse(node)


ESCAPED_LATER = {"notify/templates.py": "texts of a mail are plain; notify/html.py escapes them for its HTML face"}


def markup_is_escaped(path: str, tree: ast.Module) -> Iterator[Found]:
    for node in ast.walk(tree):
        found = [name for name in _imported(node) if name.endswith("Markup")]
        yield from ((getattr(node, "lineno", 0), f"imports {name}") for name in found)
        if isinstance(node, ast.Call) and path not in ESCAPED_LATER:
            off = [one for one in node.keywords if one.arg == "autoescape" and not _is_true(one.value)]
            yield from ((node.lineno, "escapes nothing") for _ in off)


RULES: tuple[Rule, ...] = (
    only_these_speak_to_the_network,
    no_shell,
    no_plain_comparison_of_secrets,
    no_sql_put_together,
    logs_name_no_content,
    only_these_open_files,
    nothing_is_unpacked,
    markup_is_escaped,
)


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _dotted(node: ast.expr) -> str:
    """`a.b.c` of such an expression, '' of another."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}".lstrip(".")
    return _dotted(node.func) if isinstance(node, ast.Call) else ""


def _last(node: ast.expr) -> str:
    return _dotted(node).rpartition(".")[2]


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
