"""Rules, dashboard, runbook and page name what the program measures, and every alert says what to do."""

import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from app.settings import Settings
from app.watching.figures import Figures
from app.watching.local import Local
from app.watching.timing import LATENCY
from store.tx import Store
from tests.servers.installed import program
from tests.store.installation import fill

ROOT = Path(__file__).parents[2]
WATCH = ROOT / "deploy" / "watch"
RULES = [rule for group in yaml.safe_load((WATCH / "rules.yaml").read_text())["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((WATCH / "dashboard.json").read_text())
NAME = re.compile(r"\baiguillage_[a-z_]+")


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every name that a query may hold."""
    from store.engine import open_engine
    from store.schema import upgrade

    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('watch')}/one.db")
    upgrade(engine)
    store = Store(engine)
    work = fill(store)
    now = datetime.now(UTC)
    families = [*Figures(store, work.profile, lambda: now).collect(), *Local(Settings(), lambda: now).collect()]
    engine.dispose()
    histogram = {f"aiguillage_request_seconds{end}" for end in ("", "_bucket", "_count", "_sum")}
    assert [one.name for one in LATENCY.collect()] == ["aiguillage_request_seconds"]
    return histogram | {one.name + ("_total" if one.type == "counter" else "") for one in families}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_watches_what_is_measured_and_has_its_section(rule: dict[str, object], names: set[str]) -> None:
    found = set(NAME.findall(str(rule["expr"])))
    assert found
    assert found <= names
    page = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    section = page.partition(f"\n## {rule['alert']}\n")[2].partition("\n## ")[0]
    assert all(word in section for word in ("**Means:**", "**Look at:**", "**Do:**"))
    assert rule["labels"] in ({"severity": "page"}, {"severity": "ticket"})
    assert str(rule["annotations"]["runbook"]) == f"docs/runbook.md#{str(rule['alert']).lower()}"  # type: ignore[index]


def test_the_runbook_has_no_section_without_an_alert() -> None:
    page = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\w+)$", page, re.MULTILINE) == [rule["alert"] for rule in RULES]


def test_every_panel_shows_what_is_measured(names: set[str]) -> None:
    queries = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    assert len(queries) > 20
    assert all(set(NAME.findall(query)) <= names for query in queries)
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(places)) == len(places)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in DASHBOARD["panels"])


def test_the_page_lists_every_metric_and_no_other(names: set[str]) -> None:
    page = (ROOT / "docs" / "watching.md").read_text(encoding="utf-8")
    listed = set(NAME.findall("\n".join(line for line in page.splitlines() if line.startswith("| `aiguillage_"))))
    ends = ("_bucket", "_count", "_sum")
    assert listed == {name for name in names if not (name.startswith("aiguillage_request") and name.endswith(ends))}


@pytest.mark.servers("promtool")
def test_the_rules_do_what_they_are_for() -> None:
    """Prometheus's own tool reads them, and lets figures pass by."""
    promtool = program("promtool")
    assert promtool
    for order in (("check", "rules", "rules.yaml"), ("test", "rules", "rules_test.yaml")):
        done = subprocess.run([promtool, *order], cwd=WATCH, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


def test_the_example_of_a_job_asks_with_a_token() -> None:
    [job] = yaml.safe_load((WATCH / "prometheus.yaml").read_text())["scrape_configs"]
    assert job["authorization"]["credentials_file"]
