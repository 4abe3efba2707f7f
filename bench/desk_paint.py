"""When a browser on a slow laptop first shows a page: Chromium with its processor a quarter as fast.

`python -m bench.desk_paint DATABASE_URL CASES` prints JSON: for each page the milliseconds until the first contentful
paint, with nothing kept from before and with styles and scripts kept; then the same on a slow line too, that of a
phone at the edge of its cell (1.6 Mbit/s, 150 ms there and back), as the developer tools slow it down: each answer
waits so long and comes so slowly. The database is one of `bench.kept`.
"""

import json
import statistics
import sys
from collections.abc import Mapping
from typing import Any

from bench.desk_pages import SIGNER, House
from bench.many import FIRST
from store.engine import open_engine
from store.tx import Store
from tests.desk.running import running
from tests.desk.signed import enter
from tests.servers.installed import program

ROUNDS = 5
SLOWER = 4
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
PAINTED = """() => new Promise(done => new PerformanceObserver(list => {
  for (const one of list.getEntries()) if (one.name === "first-contentful-paint") done(one.startTime)
}).observe({type: "paint", buffered: true}))"""


def main() -> None:
    from playwright.sync_api import sync_playwright

    house = House(Store(open_engine(sys.argv[1])), int(sys.argv[2]))
    cookies = enter(house.store)
    with running(house.service()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=["--no-sandbox"])
        signed = [{"name": name, "value": value, "url": address} for name, value in cookies.items() if "__" not in name]
        found = {name: painted(browser, address + path, signed) for name, path in staff(house).items()}
        found |= {name: painted(browser, address + path, []) for name, path in public(house).items()}
        browser.close()
    json.dump({"paint": found}, sys.stdout)


def staff(house: House) -> Mapping[str, str]:
    return {"the inbox": "/desk/cases", "a case": f"/desk/cases/MPA-25-{house.cases // 2}"}


def public(house: House) -> Mapping[str, str]:
    token = SIGNER.tracking_token(FIRST + house.cases // 2)
    return {"signing in": "/desk/sign-in", "the form": "/form", "a case's citizen": f"/track/{token}"}


def painted(browser: Any, address: str, cookies: list[dict[str, str]]) -> dict[str, float]:
    """Medians: `cold` is the first page of a browser, `warm` the same page again; `slow_…` are those on a slow line."""
    found = dict[str, float]()
    for name, slow in (("", False), ("slow_", True)):
        rounds = [_round(browser, address, cookies, slow=slow) for _ in range(ROUNDS + 1)][1:]
        cold, warm = (statistics.median(each) for each in zip(*rounds, strict=True))
        found |= {f"{name}cold": cold, f"{name}warm": warm}
    return found


def _round(browser: Any, address: str, cookies: list[dict[str, str]], *, slow: bool) -> tuple[float, float]:
    context = browser.new_context(locale="fr-BE", viewport={"width": 1366, "height": 768})
    context.add_cookies(cookies)
    page = context.new_page()
    developer = context.new_cdp_session(page)
    if slow:
        developer.send("Network.enable")
        developer.send("Network.emulateNetworkConditions", SLOW)
    developer.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    times = []
    for _ in ("cold", "warm"):
        page.goto(address)
        times.append(float(page.evaluate(PAINTED)))
    context.close()
    return times[0], times[1]


if __name__ == "__main__":
    main()
