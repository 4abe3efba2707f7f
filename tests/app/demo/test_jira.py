"""The demonstration's Jira: strict to whoever asks, kept over a start, worked in by a page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.demo.jira.running import RunningJira
from cases.ticket_faults import faults
from notify.jira.answers import DeniedError
from notify.jira.client import Access, Client
from notify.jira.project import resolve
from tests.profiles import shipped

PUBLIC_URL = "http://127.0.0.1:1"


@pytest.fixture
def jira(tmp_path: Path) -> Iterator[RunningJira]:
    found = RunningJira(tmp_path, PUBLIC_URL)
    found.start()
    yield found
    found.stop()


def ticket(jira: RunningJira) -> str:
    """The key of a ticket that the service's own client makes in the service's own profile."""
    profile = jira.joined(shipped())
    assert list(faults(profile)) == []
    client = Client(Access(url=jira.url, token=jira.token))
    project = resolve(client, profile.jira)
    values = project.values("Page blanche", "Rien ne va.", {"Dossier": "MPA-26-00001", "Priorité": "P2"})
    with pytest.raises(DeniedError, match="priority: is required"):
        client.create(project.desk, project.request_type, {name: values[name] for name in ("summary", "description")})
    made = client.create(project.desk, project.request_type, values)
    assert made.link == f"{PUBLIC_URL}/desk/demo/jira/{made.key}"
    client.comment(made.key, "Voici.", public=False)
    temporary = client.upload(project.desk, ("ecran.png", b"PNG", "image/png"))
    client.attach(made.key, temporary, public=False)
    client.close()
    return made.key


def test_one_works_in_it_and_it_outlives_a_start(jira: RunningJira, tmp_path: Path) -> None:
    key = ticket(jira)
    jira.write(key, "Réparé.", public=True)
    jira.move(key, "Terminé")
    again = RunningJira(tmp_path, PUBLIC_URL)
    [found] = again.all()
    assert found == jira.find(key)
    again.stop()
    assert (found.status, found.ways, found.files) == ("Terminé", ("En cours",), ("ecran.png",))
    said = [(one.text, one.ours, one.public) for one in found.remarks]
    assert said == [("Voici.", True, False), ("[^ecran.png]", True, False), ("Réparé.", False, True)]
    assert jira.find("DIG-9") is None


def test_a_new_one_has_no_ticket(jira: RunningJira) -> None:
    assert jira.all() == []
