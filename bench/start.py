"""Starts one kind of process and ends it, saying its peak memory: `python -m bench.start web|worker DATABASE`."""

import json
import sys

from bench.house import bench_house
from bench.steps import peak_mb


def main() -> None:
    house = bench_house(f"sqlite:///{sys.argv[2]}", "imap://nobody:none@127.0.0.1:1", "smtp://127.0.0.1:1")
    if sys.argv[1] == "worker":
        house.classify([])
        _ = house.intake, house.pollers, house.senders
    else:
        import uvicorn

        from app.http import application
        from desk.service import Service

        desk = Service(house.store, house.profile, house.signer)
        web = application(desk, bind="127.0.0.1:8080", public_url="http://127.0.0.1:8080")
        uvicorn.Config(web).load()
    json.dump({"peak_mb": peak_mb()}, sys.stdout)


if __name__ == "__main__":
    main()
