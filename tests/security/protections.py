"""What stops each threat, the test that shows it, and how it is taken out (`protections.toml`)."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """`stands` is written in `file` once; with `gone` in its place it protects nothing, and `test` fails. `quick`: it
    is taken out in every run of the suite."""

    chapter: str
    threat: str
    stops: str
    file: str
    test: str
    stands: str
    gone: str
    quick: bool = False

    @property
    def path(self) -> Path:
        return ROOT / self.file

    def taken_out(self) -> str:
        """The file's text without it. Raises ValueError where it does not stand there once."""
        text = self.path.read_text(encoding="utf-8")
        if text.count(self.stands) != 1:
            raise ValueError(f"{self.file} has {text.count(self.stands)} times: {self.stands}")
        return text.replace(self.stands, self.gone)


def protections() -> list[Protection]:
    """All of them, in the order of the chapters of OWASP ASVS 5."""
    found = tomllib.loads((ROOT / "tests/security/protections.toml").read_text(encoding="utf-8"))
    return [Protection(**one) for one in found["protection"]]
