"""A desk that answers on a port of this machine, for real browsers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from app.http import application
from desk.service import Service
from tests.servers.process import answers, free_port, wait_until


@contextmanager
def running(service: Service) -> Iterator[str]:
    """The address at which the pages of that service are."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    pages = application(service, bind=f"127.0.0.1:{port}", public_url=address)
    server = uvicorn.Server(uvicorn.Config(pages, port=port, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: answers(port), "the pages answer")
        yield address
    finally:
        server.should_exit = True
        thread.join()
