"""The outermost layer around every request: access, refusals, metrics and the log."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response

from catseye.serve.refusal import BAD, BUSY, RefusalError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from catseye.serve.access import Access
    from catseye.serve.metrics import Metrics
    from catseye.serve.request_log import RequestLog

_LOG = logging.getLogger("catseye.serve")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PUBLIC = re.compile(r"/|/static/.*|/v2/health/.*")  # needs no token: the page asks for one, and probes have none
_HEADER_BYTES = 32 * 1024
_DISCARDING_SECONDS = 1.0
# A refused client that retries at once would keep the server busy with refusals. Its next request on the same
# connection is therefore read only after a pause.
PAUSE, _PAUSE_SECONDS = "pause", 0.25
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_MESSAGES = {404: "There is no such endpoint; /openapi.json lists them all.", 405: "Use {}."}


class Guard:
    """The outermost layer of the application.

    Parameters
    ----------
    app
    access
    metrics
    log
    """

    def __init__(self, app: ASGIApp, access: Access, metrics: Metrics, log: RequestLog) -> None:
        self._app, self._access, self._metrics, self._log = app, access, metrics, log
        self._is_draining = False

    def __repr__(self) -> str:
        return "<application of catseye.serve (ASGI)>"

    def start_draining(self) -> None:
        """From now on, report that the server is not ready, and close each connection after its response."""
        self._is_draining = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle an ASGI request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {}).update(request_id=request_id, is_draining=self._is_draining)
        status, is_read, is_counted = 0, not _has_body(headers), False

        def count() -> None:
            nonlocal is_counted
            if is_counted:
                return
            is_counted = True
            seconds = time.perf_counter() - began
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.count_request(route, _method(scope), status, seconds)
            self._log.write(
                "request", request=request_id, method=_method(scope), route=route, status=status,
                ms=round(1000 * seconds, 2),
            )  # fmt: skip

        async def receive_body() -> Message:
            nonlocal is_read
            message = await receive()
            is_read = is_read or not message.get("more_body")
            return message

        async def send_response(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if status == BUSY:
                    scope["state"][PAUSE] = _PAUSE_SECONDS
                self._add_headers(MutableHeaders(scope=message), request_id)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                count()  # first, so that the metrics include every answer received, even if this process is then killed
            if message["type"] == "http.response.body" and status >= BAD and not is_read:
                await send({**message, "more_body": True})
                await _discard_body(receive_body)
                message = {"type": "http.response.body"}
            await send(message)

        try:
            await self._answer(scope, headers, receive_body, send_response)
        except Exception as error:
            if not status:  # else the response has begun
                await error_response(error)(scope, receive_body, send_response)
        finally:
            count()  # if the response was not sent completely

    def _add_headers(self, headers: MutableHeaders, request_id: str) -> None:
        headers["X-Request-Id"] = request_id
        if self._is_draining:
            headers["Connection"] = "close"
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)

    async def _answer(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        if sum(len(name) + len(value) for name, value in headers.raw) > _HEADER_BYTES:
            raise RefusalError(431, f"The headers may have at most {_HEADER_BYTES:,} bytes; these have more.")
        _check_framing(scope, headers)
        self._access.check_host(headers)
        if not _PUBLIC.fullmatch(_path(scope)):
            self._access.check_token(headers)
        await self._app(scope, receive, send)


def _check_framing(scope: Scope, headers: Headers) -> None:
    """Raise `RefusalError` if a proxy could see another end of the request (smuggling: RFC 9112, section 6.3)."""
    if "transfer-encoding" not in headers:
        return
    if "content-length" in headers or scope.get("http_version") == "1.0":
        words = "A request has either Content-Length or, in HTTP/1.1, Transfer-Encoding."
        raise RefusalError(BAD, words, {"Connection": "close"})


def _has_body(headers: Headers) -> bool:
    """Say whether a body follows the headers; with Expect, the client sends it only if the server asks for it."""
    return ("content-length" in headers or "transfer-encoding" in headers) and "expect" not in headers


async def _discard_body(receive: Receive) -> None:
    """Read what is left of the body of a refused request, for a moment.

    If a connection is closed with unread bytes, the system resets it, and the client would not receive the refusal.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(_DISCARDING_SECONDS):
            while (await receive()).get("more_body"):
                pass


def error_response(error: Exception) -> Response:
    """Return the response for an error: one sentence in JSON, without internal details."""
    if isinstance(error, HTTPException):
        words = _MESSAGES.get(error.status_code, error.detail)
        headers = dict(error.headers or {})
        error = RefusalError(error.status_code, words.format(headers.get("Allow", "another method")), headers)
    if not isinstance(error, RefusalError):
        _LOG.error("a request failed inside the server", exc_info=error)
        error = RefusalError(500, "Internal server error; the server's log has the reason.")
    content = json.dumps({"error": error.sentence}).encode()
    return Response(content, error.status, error.headers, "application/json")


def _path(scope: Scope) -> str:
    """Return the path of a request, relative to where the application is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "").rstrip("/")) or "/"


def _method(scope: Scope) -> str:
    """Return the method of a request, or ``"other"``, so that clients cannot create any number of labels."""
    method: str = scope["method"]
    return method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"
