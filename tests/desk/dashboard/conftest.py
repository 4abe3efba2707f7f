"""The desk's own fixtures serve here too."""

from tests.desk.conftest import browser, demo, pages, profile

__all__ = ["browser", "demo", "pages", "profile"]
