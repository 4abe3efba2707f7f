"""`python -m tests.fuzz TARGET SECONDS`: one target under atheris (libFuzzer), for so long.

What it learns is kept in var/fuzz/TARGET. An input that breaks a promise is kept in tests/fuzz/found/TARGET, where
every run of the suite replays it.
"""

import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[2]
LONGEST = 16_384


def main(target: str, seconds: int) -> None:
    """Fuzz; ends the process."""
    with atheris.instrument_imports(include=["cases", "ingest", "app.files", "app.profile_faults", "email"]):
        from tests.fuzz.seeds import seeds
        from tests.fuzz.targets import TARGETS
    corpus, found = ROOT / "var/fuzz" / target, ROOT / "tests/fuzz/found" / target
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(target)):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=10", "-rss_limit_mb=2000", "-verbosity=1"]
    atheris.Setup(
        [sys.argv[0], *options, f"-artifact_prefix={found}/", "-print_final_stats=1", str(corpus)], TARGETS[target]
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
