"""The child of `isolate`: `parse` writes the parsed mail as JSON, `attachment N` the bytes of one attachment."""

import resource
import sys

from ingest.email.isolate import CPU_SECONDS, MEMORY_BYTES, OUT_OF_MEMORY


def main(arguments: list[str]) -> int:
    limit_resources()
    raw = sys.stdin.buffer.read()
    try:
        sys.stdout.buffer.write(_answer(raw, arguments))
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def limit_resources() -> None:
    """Bound the memory and the processor time of this process from here on."""
    address_space = _pages_in_use() * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _pages_in_use() -> int:
    """Size of the address space, proc(5) statm; 0 where the system has no /proc."""
    try:
        with open("/proc/self/statm", "rb") as statm:
            return int(statm.read().split()[0])
    except OSError:
        return 0


def _answer(raw: bytes, arguments: list[str]) -> bytes:
    match arguments:
        case ["parse"]:
            from ingest.email.parse import parse_ordinary
            from ingest.email.wire import to_wire

            return to_wire(parse_ordinary(raw))
        case ["attachment", index]:
            from ingest.email.attachments import read_attachment_here

            return read_attachment_here(raw, int(index))
        case _:
            raise SystemExit(2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
