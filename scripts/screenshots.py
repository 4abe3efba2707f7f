"""Takes the pictures of the README from a running demonstration: `python scripts/screenshots.py [ADDRESS]`.

Needs Debian's chromium (and, for the look of the pictures, fonts-inter), and `aiguillage run --demo` to have delivered
its sample mails.
"""

import base64
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
PAGES = ("/desk/cases", "/desk/cases/MPA-26-00001")
TELEPHONE = "/desk/demo/telephone"
WIDTH, HEIGHT, GAP = 1000, 1420, 24
BESIDE = (
    "<body style='margin:0;padding:{gap}px;display:flex;gap:{gap}px;background:{ground}'>{images}</body>"
    "<style>img{{border-radius:10px;box-shadow:0 2px 14px #0004}}</style>"
)
GROUND = {"light": "#e3dfd4", "dark": "#070a0c"}


def main(address: str) -> None:
    """The list of cases and one case, side by side, and the telephone with a seat that rings, in each colour scheme."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            join(browser, scheme, [picture(browser, scheme, address + path) for path in PAGES])
            telephone(browser, scheme, address + TELEPHONE)
        browser.close()


def picture(browser: Browser, scheme: str, url: str) -> bytes:
    """One screenshot, once the page is whole."""
    size = {"width": WIDTH, "height": HEIGHT}
    page = browser.new_page(color_scheme=scheme, viewport=size, locale="fr-BE")  # type: ignore[arg-type]
    page.goto(url)
    page.locator("main h1").wait_for()
    taken = page.screenshot()
    page.close()
    return taken


def join(browser: Browser, scheme: str, pictures: list[bytes]) -> None:
    """Write the pictures as one."""
    images = "".join(f"<img src='data:image/png;base64,{base64.b64encode(one).decode()}'>" for one in pictures)
    size = {"width": len(pictures) * (WIDTH + GAP) + GAP, "height": HEIGHT + 2 * GAP}
    page = browser.new_page(viewport=size)  # type: ignore[arg-type]
    page.set_content(BESIDE.format(gap=GAP, ground=GROUND[scheme], images=images))
    page.screenshot(path=IMAGES / f"desk-{scheme}.png")
    page.close()


def telephone(browser: Browser, scheme: str, url: str) -> None:
    """A French caller who has asked for NOTICe, by key and by speech, while a seat rings."""
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1200, "height": 860}, locale="fr-BE")  # type: ignore[arg-type]
    page.goto(url)
    if (opening := page.locator("#hours-open")).count():
        opening.click()
        page.locator("#hours-closed").wait_for()
    page.locator(".dial button").click()
    heard(page, "Pour le français")
    page.locator('#keypad button[value="1"]').click()
    heard(page, "Pour NOTICe")
    page.locator("#text").fill("Je n'arrive pas à me connecter à NOTICe")
    page.locator("#say button[value=speech]").click()
    page.locator("button[value=answer]").wait_for()
    heard(page, "position")
    page.screenshot(path=IMAGES / f"telephone-{scheme}.png")
    page.locator("#end button").click()
    page.locator("#end a").wait_for()
    page.close()


def heard(page: Page, words: str) -> None:
    """Once the caller has heard it."""
    page.locator("#heard li", has_text=words).last.wait_for()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8080")
