"""What tagging costs: CPU to load, per mail in batches of 50 and alone, and memory. `python -m bench.classify`."""

import json
import resource
import time
from pathlib import Path

from app.profile import load as load_profile
from classify.classifier import SHIPPED, Classifier
from classify.dataset import message_of

DATA = Path("classify/data")
BATCH = 50


def main() -> None:
    profile = load_profile(Path("profiles/mon-permis"))
    before, memory = time.process_time(), peak()
    classifier = Classifier.load(SHIPPED, profile)
    print(f"load            {time.process_time() - before:6.2f} s CPU, +{peak() - memory} MB")
    rows = [json.loads(line) for path in sorted(DATA.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    messages = [message_of(row) for row in rows]
    long = [
        message_of({**row, "body": f"{row['body']}\n{other['body']}\n" * 3})
        for row, other in zip(rows, rows[9:], strict=False)
    ]
    for name, batch in (("as labelled", messages), ("long (3 kB)", long)):
        classifier.classify(batch[:BATCH])
        start = time.process_time()
        for first in range(0, len(batch), BATCH):
            classifier.classify(batch[first : first + BATCH])
        middle = time.process_time()
        for message in batch[:200]:
            classifier.classify([message])
        print(f"{name:<15} {(middle - start) / len(batch) * 1e3:6.2f} ms a mail in batches of {BATCH}", end=", ")
        print(f"{(time.process_time() - middle) / 200 * 1e3:.2f} ms alone")
    print(f"peak memory     {peak()} MB")


def peak() -> int:
    """Peak resident set, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
