"""The application refuses to be reached from elsewhere, and says whether it is ready."""

import pytest
from fastapi.testclient import TestClient

from app import profile as profiles
from app.http import application
from cases.errors import ConfigurationError
from cases.tokens import Signer
from desk.service import Service
from store.engine import open_engine
from store.tx import Store

PROFILE = profiles.load(profiles.find("profiles/mon-permis"))
BASE = "http://127.0.0.1:8080"
SIGNER = Signer(b"a secret of the tests")


@pytest.mark.parametrize(
    ("bind", "public_url"), [("0.0.0.0:8080", BASE), ("127.0.0.1:8080", "http://desk.example.org:8080")]
)
def test_it_is_not_made_where_others_could_reach_it(sqlite_store: Store, bind: str, public_url: str) -> None:
    with pytest.raises(ConfigurationError):
        application(Service(sqlite_store, PROFILE, SIGNER), bind=bind, public_url=public_url)


def test_it_is_ready_with_its_schema(sqlite_store: Store) -> None:
    with TestClient(
        application(Service(sqlite_store, PROFILE, SIGNER), bind="127.0.0.1:8080", public_url=BASE), base_url=BASE
    ) as one:
        assert one.get("/health/ready").status_code == 200
        assert one.get("/health/live").status_code == 200


@pytest.mark.parametrize("url", ["sqlite://", "postgresql+psycopg://nobody@127.0.0.1:1/none"])
def test_it_is_alive_and_not_ready_without(url: str) -> None:
    store = Store(open_engine(url.replace("sqlite://", "sqlite:///:memory:")))
    with TestClient(
        application(Service(store, PROFILE, SIGNER), bind="127.0.0.1:8080", public_url=BASE), base_url=BASE
    ) as one:
        assert one.get("/health/ready").status_code == 503
        assert one.get("/health/live").status_code == 200
    store.engine.dispose()
