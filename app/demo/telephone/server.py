"""The provider's API on a loopback port, for as long as somebody needs it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn

from app.demo.telephone.provider import Provider
from app.demo.telephone.rest import application

HOST = "127.0.0.1"


@contextmanager
def serving(provider: Provider) -> Iterator[str]:
    """Serve; yields the address, which the provider's recordings then have too."""
    listening = socket.create_server((HOST, 0))
    config = uvicorn.Config(application(provider), log_config=None, access_log=False, timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, args=([listening],), name="demo-telephone", daemon=True)
    thread.start()
    provider.api_url = f"http://{HOST}:{listening.getsockname()[1]}"
    try:
        yield provider.api_url
    finally:
        server.should_exit = True
        thread.join()
