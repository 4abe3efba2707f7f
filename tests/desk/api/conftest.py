"""Programs at the desk of the tests, with cases that mails opened."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app import holidays
from app.http import application
from cases.event import Channel, InboundEvent
from desk.service import Service
from ingest.web import event as form
from store.inbound import Delivery
from store.tx import Store
from tests.desk.api.programs import calling
from tests.desk.signed import BASE
from tests.desk.working import Work
from tests.mails import mail


@pytest.fixture
def work(store: Store) -> Work:
    return Work(store)


def serving(work: Work) -> Service:
    """The service on which that work is done."""
    calendars = {name: holidays.calendar(work.profile, name) for name in work.profile.hours}
    signer = work.road.signer

    def read(delivery: Delivery) -> InboundEvent:
        return form.normalise(delivery, work.profile, signer)

    intake = replace(work.road.intake, normalise={Channel.FORM: read})
    return Service(
        work.store, work.profile, signer, clock=lambda: work.now, calendars=calendars, process=intake.process
    )


@pytest.fixture
def pages(work: Work) -> FastAPI:
    return application(serving(work), bind="127.0.0.1:8080", public_url=BASE)


@pytest.fixture
def client(pages: FastAPI, store: Store) -> Iterator[TestClient]:
    """A program that is an agent."""
    with calling(pages, store) as found:
        yield found


@pytest.fixture
def number(work: Work) -> str:
    """A case that a mail opened."""
    return work.opened(mail("Bonjour, je ne peux plus entrer.", subject="Accès bloqué"))
