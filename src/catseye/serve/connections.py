"""Protection against slow clients: a time limit for headers, and a limit on the number of connections."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from catseye.serve.guard import PAUSE

HEADER_SECONDS = 10.0
MAX_CONNECTIONS = 1_000


class Connection(H11Protocol):
    """uvicorn's HTTP/1.1 protocol with a time limit for headers; uvicorn's own limit covers only idle connections.

    The limit also applies to the rest of a body that is no longer read because its request was refused.
    """

    _header_timer: asyncio.TimerHandle | None = None
    _pause = 0.0
    _waits_since = 0.0  # for a request, or for the rest of one

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request; if there are too many connections, close one."""
        super().connection_made(transport)
        self._waits_since = self.loop.time()
        if len(self.connections) > MAX_CONNECTIONS:
            self._find_longest_waiting().transport.abort()
        self._update_timer()

    def data_received(self, data: bytes) -> None:
        """Receive bytes of a request, whose headers must be complete in time."""
        super().data_received(data)
        self._update_timer()
        self._pause_if_due()

    def on_response_complete(self) -> None:
        """Continue with the next request, or with the rest of this one's body."""
        self._pause = self.cycle.scope["state"].get(PAUSE, 0.0)
        super().on_response_complete()
        self._waits_since = self.loop.time()
        self._update_timer()
        self._pause_if_due()

    def _pause_if_due(self) -> None:
        """Stop reading for a moment, once a refused request has been read completely."""
        if self._pause and self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.flow.pause_reading()
            self.loop.call_later(self._pause, self.flow.resume_reading)
            self._pause = 0.0

    def _find_longest_waiting(self) -> Connection:
        """Return the connection that has waited longest for a request; this one if all are being answered.

        Clients that send a byte now and then, to keep others away, are therefore disconnected first. A limit per IP
        address would also apply to a proxy, through which all requests may come.
        """
        own = [each for each in self.connections if isinstance(each, Connection) and not each._is_answering]
        return min(own, key=lambda each: each._waits_since, default=self)

    @property
    def _is_answering(self) -> bool:
        """Whether a complete request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._cancel_timer()
        super().connection_lost(exc)

    def _update_timer(self) -> None:
        """Run the timer while headers are awaited; stop it when they are complete."""
        is_answering = self.cycle is not None and not self.cycle.response_complete
        if is_answering or self.transport.is_closing():
            self._cancel_timer()
        elif self._header_timer is None:
            self._header_timer = self.loop.call_later(HEADER_SECONDS, self._end)

    def _cancel_timer(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None

    def _end(self) -> None:
        self._header_timer = None
        if not self.transport.is_closing():
            self.transport.abort()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (meant for programmers)
        """Refuse what is not HTTP in the same form as every other request."""
        content = b'{"error": "This is not a valid HTTP request."}'
        headers = [("content-type", "application/json"), ("content-length", str(len(content))), ("connection", "close")]
        events: list[Any] = [h11.Response(status_code=400, headers=headers), h11.Data(data=content), h11.EndOfMessage()]
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
