"""`python -m bench [MEASURE...]`: take the measures (all where none is named), keep them, write docs/performance.md.

With BENCH_TRY set they take a twentieth, and are printed instead.
"""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench import measures, scale
from bench.child import ROOT, TRYING
from bench.curves import images
from bench.measures import MEASURES
from bench.page import page

RESULTS = Path(__file__).parent / "results.jsonl"


def main() -> int:
    names = sys.argv[1:] or list(MEASURES)
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        print(f"bench: {', '.join(unknown)}: no such measure; there are {', '.join(MEASURES)}", file=sys.stderr)
        return 2
    for name in names:
        print(f"measuring: {name}", flush=True)
        _keep(name)
    if TRYING in os.environ:
        return 0
    latest = {}
    for line in RESULTS.read_text(encoding="utf-8").splitlines():
        taken = json.loads(line)
        latest[taken["measure"]] = taken
    docs = ROOT / "docs"
    (docs / "performance.md").write_text(page(latest), encoding="utf-8")
    for name, image in images(latest):
        (docs / "images" / name).write_text(image, encoding="utf-8")
    scale.write(latest)
    print("written: docs/performance.md and docs/scale.md")
    return 0


def _keep(name: str) -> None:
    before = os.getloadavg()[0]
    figures = MEASURES[name]()
    taken = {
        "measure": name,
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "rounds": measures.ROUNDS,
        "load_before": round(before, 2),
        "figures": figures,
    }
    if TRYING in os.environ:
        print(json.dumps(taken, indent=1))
        return
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(taken) + "\n")


if __name__ == "__main__":
    sys.exit(main())
