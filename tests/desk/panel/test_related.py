"""Other cases from the page of one: linked, merged, split, and back."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from store.tx import Store
from tests.desk.panel.conftest import Page
from tests.desk.test_routes import counted, said
from tests.mails import mail
from tests.store.test_views import add_case

Opened = Callable[..., Page]


def two(opened: Opened) -> tuple[Page, Page]:
    other = mail("La même panne chez nous.", sender="paul@example.com", subject="Panne", message_id="<b@example.com>")
    return opened(mail("Rien ne marche.", subject="Panne")), opened(other)


def test_a_link_is_seen_on_both_pages_and_taken_back(opened: Opened) -> None:
    one, other = two(opened)
    assert one.send("link", other=other.number).headers["location"] == f"{one.address}?done=link#done"
    for page, named in ((one, other), (other, one)):
        assert f'href="{named.address}"' in page.text
        assert said("panel.unlink") in page.text
    assert other.send("unlink", other=one.number).status_code == 303
    assert said("panel.unlink") not in one.text


def test_a_proposal_is_one_click(opened: Opened) -> None:
    one = opened(mail(message_id="<a@example.org>"))
    stranger = mail("Idem.", sender="zoe@example.net", message_id="<z@example.net>", References="<a@example.org>")
    proposed = opened(stranger)
    assert said("panel.confirm_link") in proposed.text
    proposed.send("unlink", other=one.number)
    assert said("panel.confirm_link") not in proposed.text
    assert proposed.row.linked_case_id is None


def test_a_merged_case_shows_in_the_other_and_is_taken_back(opened: Opened) -> None:
    one, other = two(opened)
    assert one.send("merge", other=other.number).status_code == 303
    assert "Rien ne marche." in other.text
    assert f'href="{one.address}"' in other.text
    assert said("panel.unmerge") in one.text
    assert said("panel.no_clocks") in one.text
    refused = one.send("take")
    assert refused.status_code == 422
    assert f"{one.number} a été réuni à {other.number}" in refused.text
    assert one.send("unmerge").status_code == 303
    assert "Rien ne marche." not in other.text
    assert one.row.status == "new"


def test_no_other_case_is_said_beside_the_field(opened: Opened) -> None:
    one, _ = two(opened)
    for number in ("MPA-26-99999", one.number, ""):
        answer = one.send("merge", other=number)
        assert answer.status_code == 422
        assert 'id="fault-merge"' in answer.text


def test_a_case_is_split_by_its_messages(opened: Opened) -> None:
    one = opened(mail(message_id="<a@example.org>"))
    again = mail("Autre chose : un devis ?", message_id="<c@example.org>", References="<a@example.org>")
    [row] = one.road.take_in(again)
    assert one.send("split", message=[]).status_code == 422
    assert one.send("split", message=[str(row.id)], subject="Un devis").status_code == 303
    assert "Autre chose" not in one.text[: one.text.index('id="panel"')]
    new = one.road.read(lambda tx: tx.cases.find(one.road.rows([row.id])[0].case_id))
    assert new.subject == "Un devis"
    assert f'href="/desk/cases/{new.number}"' in one.text


def test_more_merged_cases_cost_no_further_statement(opened: Opened, store: Store) -> None:
    one, other = two(opened)
    third = opened(mail("Pareil.", sender="zoe@example.net", message_id="<z@example.net>"))
    one.send("merge", other=other.number)
    with counted(store) as few:
        other.text  # noqa: B018 - the page is read
    third.send("merge", other=other.number)
    with counted(store) as many:
        assert "Pareil." in other.text
    assert len(many) == len(few)


def test_an_auditor_sees_what_belongs_together_and_no_form(opened: Opened, auditor: TestClient) -> None:
    one, other = two(opened)
    one.send("link", other=other.number)
    text = auditor.get(one.address).text
    assert f'href="{other.address}"' in text
    assert "/unlink" not in text


def test_a_second_case_is_opened_for_part_of_a_message(opened: Opened) -> None:
    one = opened(mail("Le mandat ne marche pas. Autre chose : un plan est à remplacer."))
    [row] = one.road.read(lambda tx: tx.cases.inbound(one.road.read(lambda tx: tx.cases.find_number(one.number)).id))
    for wrong in ({"message": "999", "passage": "Un plan"}, {"message": str(row.id), "passage": " "}):
        assert one.send("split", **wrong).status_code == 422
    sent = one.send("split", message=str(row.id), passage="Un plan est à remplacer.", subject="Plan")
    assert sent.status_code == 303
    assert "done=part" in sent.headers["location"]
    [line] = [entry for entry in one.road.read(lambda tx: tx.cases.entries(row.case_id)) if entry.kind == "split"]
    new = one.road.read(lambda tx: tx.cases.find_number(line.data["case"]))
    assert (new.subject, new.review, new.requester, new.linked_case_id) == ("Plan", True, row.sender, row.case_id)
    assert one.road.rows([row.id])[0].case_id == row.case_id
    assert "Un plan est à remplacer." in one.browser.get(f"/desk/cases/{new.number}").text


def test_a_call_and_a_mail_of_one_person_are_merged_by_one_click_and_taken_back(opened: Opened, store: Store) -> None:
    page = opened(mail("NOTICe ne va plus.\n\nJeanne, 0470 00 12 34\n"))
    key, at = page.road.signer.person_key("+32470001234"), page.row.opened_at
    said_by = {"channel": "phone", "phone": "+32470001234", "person_key": key, "opened_at": at, "touched_at": at}
    call = add_case(store, status="open", **said_by)
    with store.transaction("test") as tx:
        tx.cases.add_keys([("participant", key, call)])
        number = tx.cases.find(call).number
    assert said("incidents.alike.number") in page.text
    assert f'name="other" value="{number}"' in page.text
    assert page.send("merge", other=number).headers["location"] == f"{page.address}?done=merge#done"
    assert (page.row.status, page.row.merged_into) == ("closed", call)
    assert said("incidents.alike.number") not in page.text
    assert page.send("unmerge").status_code == 303
    assert (page.row.status, page.row.merged_into) == ("new", None)
    assert said("incidents.alike.number") in page.text
