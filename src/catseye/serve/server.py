"""One process that serves a socket with uvicorn until it is stopped."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from catseye.serve.connections import Connection

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp

    from catseye.serve.guard import Guard
    from catseye.serve.limits import Limits
    from catseye.serve.settings import Settings

_HEADER_BYTES = 32 * 1024
_IDLE_SECONDS = 15  # keep-alive between two requests of a connection
_BACKLOG = 1024  # connections that the system queues until they are accepted
_DRAIN_SECONDS = 1.0  # after SIGTERM, in which connections are still accepted, until load balancers notice


class _Server(uvicorn.Server):
    """uvicorn's server without its signal handling, which would end the process by the signal, as if it had failed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run_server(
    app: Guard, listening: socket.socket, settings: Settings, ready: Callable[[], None], parent: int | None = None
) -> None:
    """Serve a socket until SIGTERM or SIGINT; then finish the accepted requests.

    For a moment after SIGTERM, connections are still accepted, and the server reports that it is not ready. A second
    signal ends this at once.

    Parameters
    ----------
    app
    listening
    settings
    ready
        Called when the first request can be answered.
    parent
        A file descriptor whose end means that the parent process is gone; the server then stops too.
    """
    asyncio.run(_run(app, listening, settings, ready, parent))


async def _run(
    app: Guard, listening: socket.socket, settings: Settings, ready: Callable[[], None], parent: int | None
) -> None:
    server = _Server(_configuration(app, settings))

    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True
        if parent is not None:
            loop.remove_reader(parent)

    def drain() -> None:
        app.start_draining()
        loop.call_later(_DRAIN_SECONDS, stop)
        loop.add_signal_handler(signal.SIGTERM, stop)

    loop.add_signal_handler(signal.SIGTERM, drain)
    loop.add_signal_handler(signal.SIGINT, stop)
    if parent is not None:
        loop.add_reader(parent, stop)
    reporting = asyncio.create_task(_report_ready(server, listening, ready))
    await server.serve([listening])
    reporting.cancel()


async def _report_ready(server: uvicorn.Server, listening: socket.socket, ready: Callable[[], None]) -> None:
    while not server.started:
        await asyncio.sleep(0.005)
    # asyncio accepts up to a whole backlog of connections at once, so one of several processes could take them all.
    # uvicorn is therefore configured with a backlog of 1; the socket's own is raised here.
    listening.listen(_BACKLOG)
    ready()


def _configuration(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        loop="asyncio",
        log_config=None,
        log_level="critical",  # the application writes its own log
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=1,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_grace_seconds(settings.limits),
        h11_max_incomplete_event_size=_HEADER_BYTES,
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.key,
    )


def _grace_seconds(limits: Limits) -> int:
    """Return the seconds within which every accepted request must be answered."""
    return int(limits.seconds + limits.body_seconds) + 1
