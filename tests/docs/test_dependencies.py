"""Every dependency is explained in its decision and imported by the service."""

import ast
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.docs.tables import rows

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "cases", "classify", "desk", "ingest", "notify", "store")
BY_OTHERS = {"python-multipart": "FastAPI's forms", "psycopg": "SQLAlchemy, by the database's URL"}
"""What no file of ours imports, and who does."""


def declared() -> set[str]:
    """The libraries that pyproject.toml names, extras included; an extra of a library is that library."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    return {re.split(r"[\[><=~!;]", one)[0].strip().lower() for one in wanted}


def imported() -> set[str]:
    """The distributions that our packages import, in any function; one that is not installed is named as its module."""
    modules: set[str] = set()
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
    found = packages_distributions()
    return {name.lower().replace("_", "-") for module in modules for name in found.get(module, [module])}


def test_the_decision_has_a_line_for_each_dependency() -> None:
    assert {row["library"] for row in rows("adr/0008-dependencies.md", "library")} == declared()


def test_nothing_is_declared_that_nobody_uses() -> None:
    assert declared() - imported() - set(BY_OTHERS) == set()
