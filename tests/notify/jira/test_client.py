"""The client against the contract: what it asks for is allowed, what it does not ask for is refused by the fake too."""

from collections.abc import Iterator
from datetime import timedelta

import httpx2
import pytest

from cases.case import Status
from cases.ticket import Flavour, Jira
from notify.jira.answers import AwayError, DeniedError
from notify.jira.client import Access, Client
from notify.jira.project import MisfitError, lacking_rights, resolve
from tests.servers import jira as servers
from tests.servers.jira import TOKEN, Trouble
from tests.servers.process import free_port

PROFILE = Jira(
    project="DIG",
    request_type="assistance mon permis",
    reference="Dossier",
    fields={"Priorité": "priority"},
    statuses={"Ouvert": Status.NEW, "Terminé": Status.CLOSED},
)


@pytest.fixture(params=list(Flavour))
def server(request: pytest.FixtureRequest) -> Iterator[servers.Jira]:
    with servers.Jira(cloud=request.param is Flavour.CLOUD) as found:
        yield found


@pytest.fixture
def client(server: servers.Jira) -> Iterator[Client]:
    found = Client(access(server))
    yield found
    found.close()


def access(server: servers.Jira, token: str = TOKEN) -> Access:
    return Access(url=server.url, token=token, flavour=Flavour.CLOUD if server.cloud else Flavour.DATACENTER)


def test_every_operation_is_as_the_contract_says(client: Client, server: servers.Jira) -> None:
    project = resolve(client, PROFILE)
    values = project.values("Page blanche", "Bonjour", {"Dossier": "MPA-26-00001", "priorité": "P2"})
    made = client.create(project.desk, project.request_type, values)
    assert client.request(made.key) == made
    assert client.search("DIG", project.reference.id, "MPA-26-00001") == [made.key]
    assert client.search("DIG", project.reference.id, "MPA-26-0000") == []
    ids = [client.comment(made.key, f"é {n}", public=n % 2 == 0) for n in range(130)]
    found = client.comments(made.key, client.account())
    assert [one.id for one in found] == ids
    assert all(one.own for one in found)
    temporary = client.upload(project.desk, ("capture d'écran.png", b"\x89PNG", "image/png"))
    client.attach(made.key, temporary, public=False)
    assert client.attachments(made.key) == {"capture d'écran.png"}
    client.transition(made.key, next(one.id for one in client.transitions(made.key) if one.to == "Terminé"))
    assert client.request(made.key).status == "Terminé"
    assert lacking_rights(client, PROFILE) == []
    assert server.broken == []


@pytest.mark.parametrize(
    "body",
    [
        {"body": "x"},
        {"body": "x", "public": False, "visibility": "all"},
        {"body": "", "public": False},
        {"body": 1, "public": False},
    ],
)
def test_what_the_contract_does_not_allow_is_refused(server: servers.Jira, body: object) -> None:
    address = f"{server.url}/rest/servicedeskapi/request/DIG-1/comment"
    said = httpx2.post(address, json=body, headers={"authorization": f"Bearer {TOKEN}"})
    assert said.status_code == 400
    assert len(server.broken) == 1


def test_a_file_without_the_header_against_forged_requests_is_refused(server: servers.Jira) -> None:
    address = f"{server.url}/rest/servicedeskapi/servicedesk/7/attachTemporaryFile"
    said = httpx2.post(address, files={"file": ("a", b"b")}, headers={"authorization": f"Bearer {TOKEN}"})
    assert said.status_code == 400
    assert "X-Atlassian-Token" in server.broken[0]


def test_a_wrong_token_waits_long_and_a_pause_is_as_long_as_it_says(client: Client, server: servers.Jira) -> None:
    with pytest.raises(AwayError) as refused:
        Client(access(server, "another")).account()
    assert refused.value.pause == timedelta(minutes=15)
    for after, pause in (("7", 7), ("999999", 3600), ("soon", 30), ("-1", 30)):
        server.break_next(Trouble(429, headers={"Retry-After": after}))
        with pytest.raises(AwayError) as paused:
            client.comment("DIG-1", "x", public=False)
        assert (paused.value.pause, paused.value.unsure) == (timedelta(seconds=pause), False)


def test_only_what_was_asked_to_be_done_may_have_been_done(client: Client, server: servers.Jira) -> None:
    for kind in ("drop", "wrong", 500, 502):
        server.break_next(Trouble(kind), Trouble(kind))
        with pytest.raises(AwayError) as reading:
            client.request("DIG-1")
        with pytest.raises(AwayError) as writing:
            client.comment("DIG-1", "x", public=False)
        assert (reading.value.unsure, writing.value.unsure) == (False, True)
    gone = Access(url=f"http://127.0.0.1:{free_port()}", token=TOKEN)
    with pytest.raises(AwayError) as nobody:
        Client(gone).comment("DIG-1", "x", public=False)
    assert not nobody.value.unsure
    with pytest.raises(DeniedError, match="no longer exists"):
        client.comment("DIG-9", "x", public=False)


def test_every_name_that_does_not_fit_is_named_with_what_there_is(client: Client, server: servers.Jira) -> None:
    server.fields.append({"fieldId": "c1", "name": "Site", "required": True, "jiraSchema": {"type": "string"}})
    server.rename("Dossier", "Numéro")
    server.workflow["Clos"] = server.workflow.pop("Terminé")
    with pytest.raises(MisfitError) as caught:
        resolve(client, PROFILE)
    named = {key: f"{cause}; {mend}" for key, cause, mend in caught.value.faults}
    assert set(named) == {"jira.reference", "jira.fields.Site", "jira.statuses.Terminé"}
    assert "Numéro" in named["jira.reference"]
    assert "Clos" in named["jira.statuses.Terminé"]
    server.rights.remove("ADD_COMMENTS")
    assert lacking_rights(client, PROFILE) == ["ADD_COMMENTS"]
