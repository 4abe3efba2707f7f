"""A person's data into a folder: `data.json`, `index.html` in their language, and `files`."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cases.erasing import Person
from cases.errors import ConfigurationError
from desk.giving import Giving
from desk.pages import Pages
from store.audit import Noted

if TYPE_CHECKING:
    from app.wiring import House


def give(house: "House", person: Person, by: str, folder: Path) -> int:
    """Write it, readable by its owner alone; how many cases there are. Raises ConfigurationError, OSError."""
    if folder.exists():
        raise ConfigurationError([("--to", f"{folder} is there already", "name a folder that is not there yet")])
    now = house.clock()
    data, files = Giving(house.store, person).data(now)
    folder.mkdir(mode=0o700, parents=True)
    (folder / "files").mkdir()
    for name, body in files.items():
        (folder / "files" / Path(name).name).write_bytes(body)
    (folder / "data.json").write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "index.html").write_text(_page(house, data, now), encoding="utf-8")
    told = {"cases": len(data["cases"]), "files": len(files)}
    house.store.run("privacy.export", lambda tx: tx.audit.note(Noted.EXPORTED, now, by, "", told))
    return len(data["cases"])


def _page(house: "House", data: dict[str, Any], now: datetime) -> str:
    """The page, in the language that most of their cases are in."""
    spoken = Counter(one["lang"] for one in data["cases"] if one["lang"] in house.profile.languages)
    lang = spoken.most_common(1)[0][0] if spoken else house.profile.default_language
    values = {"data": data, "made_at": now, "moment": datetime.fromisoformat, "retention": house.profile.retention}
    return Pages(house.profile).render("giving.html", lang, **values)
