"""Takes the pictures of the documentation from a running demonstration: `python scripts/screenshots.py LINK`.

LINK is the one that `aiguillage run --demo` prints to sign in. Needs Debian's chromium (and, for the look of the
pictures, fonts-inter), and the sample mails to have come in.
"""

import base64
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
PAGES = ("/desk/cases", "/desk/cases/MPA-26-00001")
TELEPHONE = "/desk/demo/telephone"
EVERY = {
    "inbox": "/desk/cases",
    "inbox-search": "/desk/cases?q=outil:notice",
    "case": "/desk/cases/MPA-26-00001",
    "case-answer": "/desk/cases/MPA-26-00004#composer",
    "day": "/desk/day",
    "phone": "/desk/phone",
    "call": "/desk/calls/new",
    "seats": "/desk/screen",
    "review": "/desk/review",
    "model": "/desk/model",
    "supervisor": "/desk/supervisor",
    "callbacks": "/desk/phone/callbacks",
    "settings": "/desk/settings",
    "hours": "/desk/settings/hours",
    "menu": "/desk/settings/menu",
    "texts": "/desk/settings/texts",
    "try": "/desk/settings/try",
    "account": "/desk/account",
    "sent-mails": "/desk/demo/caught",
    "write": "/desk/demo/write",
    "telephone": TELEPHONE,
}
"""The pages of docs/pages.md by the name of their picture."""
OPEN = {"sign-in": "/desk/sign-in", "form": "/form"}
"""Those for whoever comes."""
SEEN = (("wide", 1440, "light", "fr-BE"), ("phone", 320, "dark", "de-BE"))
WIDTH, HEIGHT, GAP = 1000, 1420, 24
BESIDE = (
    "<body style='margin:0;padding:{gap}px;display:flex;gap:{gap}px;background:{ground}'>{images}</body>"
    "<style>img{{border-radius:10px;box-shadow:0 2px 14px #0004}}</style>"
)
GROUND = {"light": "#e3dfd4", "dark": "#070a0c"}


def main(link: str) -> None:
    """The inbox and one case, side by side, and the telephone with a seat that rings, in each colour scheme; then every
    page, wide and light, and as on a phone at night."""
    address = link.partition("/desk/")[0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            join(browser, scheme, [picture(browser, scheme, link, address + path) for path in PAGES])
            telephone(signed_in(browser, link, scheme, 1200, 860), scheme, address + TELEPHONE)
        for name, width, scheme, locale in SEEN:
            stranger = opened(browser, scheme, width, 900, locale)
            for page_name, path in OPEN.items():
                every(stranger, address + path, IMAGES / "pages" / f"{page_name}-{name}.jpg")
            page = signed_in(browser, link, scheme, width, 900, locale)
            for page_name, path in EVERY.items():
                every(page, address + path, IMAGES / "pages" / f"{page_name}-{name}.jpg")
        browser.close()


def opened(browser: Browser, scheme: str, width: int, height: int, locale: str = "fr-BE") -> Page:
    """A browser of somebody who is not signed in."""
    size = {"width": width, "height": height}
    return browser.new_page(color_scheme=scheme, viewport=size, locale=locale)  # type: ignore[arg-type]


def signed_in(browser: Browser, link: str, scheme: str, width: int, height: int, locale: str = "fr-BE") -> Page:
    """A page of somebody who followed the link."""
    page = opened(browser, scheme, width, height, locale)
    page.goto(link)
    page.wait_for_url("**/desk/cases")
    return page


def picture(browser: Browser, scheme: str, link: str, url: str) -> bytes:
    """One screenshot, once the page is whole."""
    page = signed_in(browser, link, scheme, WIDTH, HEIGHT)
    page.goto(url)
    page.locator("main h1").wait_for()
    taken = page.screenshot()
    page.close()
    return taken


def every(page: Page, url: str, path: Path) -> None:
    """The whole of a page, in a file that is small enough to be kept."""
    page.goto(url)
    page.locator("main h1").first.wait_for()
    path.parent.mkdir(exist_ok=True)
    page.screenshot(path=path, full_page=True, type="jpeg", quality=60)


def join(browser: Browser, scheme: str, pictures: list[bytes]) -> None:
    """Write the pictures as one."""
    images = "".join(f"<img src='data:image/png;base64,{base64.b64encode(one).decode()}'>" for one in pictures)
    size = {"width": len(pictures) * (WIDTH + GAP) + GAP, "height": HEIGHT + 2 * GAP}
    page = browser.new_page(viewport=size)  # type: ignore[arg-type]
    page.set_content(BESIDE.format(gap=GAP, ground=GROUND[scheme], images=images))
    page.screenshot(path=IMAGES / f"desk-{scheme}.png")
    page.close()


def telephone(page: Page, scheme: str, url: str) -> None:
    """A French caller who has asked for NOTICe, by key and by speech, while a seat rings."""
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
    main(sys.argv[1])
