"""The site over HTTP."""

import json
from urllib.parse import parse_qs, urlsplit

from app.demo.jira.project import Asked, RefusedError
from app.demo.jira.site import Answer, Site
from app.demo.loopback import Handler, Served


class Server(Site, Served):
    """A site that answers on loopback, under `url`."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.listen(Requests)

    @property
    def url(self) -> str:
        return self.address + self.base


class Requests(Handler):
    """Takes a request in, asks the site, and says what it answers."""

    def do_GET(self) -> None:  # noqa: N802 - the base class names it so
        self.do("get")

    def do_POST(self) -> None:  # noqa: N802
        self.do("post")

    def do(self, method: str) -> None:
        status, said = self.answered(self.asked(method))
        self.send(status, b"" if said is None else json.dumps(said).encode())

    def asked(self, method: str) -> Asked:
        found = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(found.query).items()}
        path = found.path.removeprefix(self.owner.base)
        return Asked(method, path, query, dict(self.headers), self.read() or None)

    def answered(self, request: Asked) -> Answer:
        site: Site = self.owner
        if not self.path.startswith(site.base) or self.headers.get("Authorization") != f"Bearer {site.token}":
            return 401, {"errorMessage": "Unauthorized"}
        try:
            return site.answer(request)
        except RefusedError as refusal:
            return refusal.status, refusal.said
