"""Takes the pictures of the README from a running demonstration: `python scripts/screenshots.py [ADDRESS]`.

Needs Debian's chromium, and `aiguillage run --demo` to have delivered its sample mails.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
PAGES = {"cases": "/desk/cases", "case": "/desk/cases/MPA-26-00001", "day": "/desk/day"}
SIZE = {"width": 1280, "height": 860}


def main(address: str) -> None:
    """One picture for each page and colour scheme, and a narrow one of the list."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            for name, path in PAGES.items():
                picture(browser, scheme, SIZE, address + path, f"{name}-{scheme}.png")
        picture(browser, "light", {"width": 320, "height": 760}, address + PAGES["cases"], "cases-narrow.png")
        browser.close()


def picture(browser: Browser, scheme: str, size: dict[str, int], url: str, name: str) -> None:
    """One screenshot, once the page is whole."""
    page = browser.new_page(color_scheme=scheme, viewport=size, locale="fr-BE")  # type: ignore[arg-type]
    page.goto(url)
    page.locator("main h1").wait_for()
    page.screenshot(path=IMAGES / name)
    page.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8080")
