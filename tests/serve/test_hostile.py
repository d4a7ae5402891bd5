"""Slow, silent and too many clients, at a real socket in this process."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from catseye.serve import Limits, connections, create_application
from catseye.serve.server import _configuration, _Server
from catseye.serve.settings import Settings
from tests.serve.serving import PATIENCE, draw_digit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from catseye.classifier.classifier import Classifier
    from catseye.runs.run import Run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def classifier(digits_run: Run) -> Classifier:
    return digits_run.classifier


@asynccontextmanager
async def listening(classifier: Classifier, **limits: float) -> AsyncIterator[int]:
    """Serve on a port until the block ends."""
    own = Limits(**limits)  # type: ignore[arg-type]
    server = _Server(_configuration(create_application(classifier, limits=own), Settings(limits=own)))
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        serving = asyncio.create_task(server.serve([bound]))
        while not server.started:
            await asyncio.sleep(0.01)
        bound.listen(100)
        try:
            yield bound.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


def head(length: int, *more: str) -> bytes:
    lines = ["POST /predict HTTP/1.1", "Host: localhost", f"Content-Length: {length}", *more]
    return "\r\n".join([*lines, "", ""]).encode()


async def answer_to(port: int, content: bytes) -> bytes:
    """Send bytes, and return everything received until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(content)
    try:
        async with asyncio.timeout(PATIENCE):
            return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize("content", [b"", b"GET / HTTP/1.1\r\nHost: local"])
def test_a_connection_without_a_request_is_closed(
    content: bytes, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.2)

    async def ask() -> bytes:
        async with listening(classifier) as port:
            try:
                return await answer_to(port, content)
            except ConnectionResetError:
                return b""

    assert asyncio.run(ask()) == b""


def test_a_body_that_does_not_arrive_is_refused_and_the_connection_closed(classifier: Classifier) -> None:
    async def ask() -> bytes:
        async with listening(classifier, body_seconds=0.2) as port:
            return await answer_to(port, head(1000) + b"x")

    answer = asyncio.run(ask())
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert json.loads(answer.split(b"\r\n\r\n", 1)[1]) == {"error": "The body did not arrive within 0.2 s."}


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"NONSENSE\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: " + b"x" * 99_999 + b"\r\n\r\n", b"431"),
        (head(10**15, "Connection: close"), b"413"),
        (head(0).replace(b"0", b"-1"), b"400"),
        (b"POST /predict HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (head(5, "Transfer-Encoding: chunked") + b"0\r\n\r\n", b"400"),
        (head(0, "Transfer-Encoding: chunked", "Connection: keep-alive") + b"0\r\n\r\n", b"400"),
        (b"POST /predict HTTP/1.0\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n", b"400"),
    ],
)
def test_what_is_not_http_or_too_large_is_refused(content: bytes, status: bytes, classifier: Classifier) -> None:
    async def ask() -> bytes:
        async with listening(classifier) as port:
            return await answer_to(port, content)

    assert asyncio.run(ask()).split(b" ")[1] == status


def test_excess_requests_are_refused_at_once_and_the_others_answered(classifier: Classifier, tmp_path: Path) -> None:
    digit = draw_digit(tmp_path / "digit.png")
    expected = classifier.predict(tmp_path / "digit.png")[0].class_name

    async def ask() -> list[bytes]:
        async with listening(classifier, queue=2) as port:
            request = head(len(digit), "Connection: close") + digit
            return await asyncio.gather(*(answer_to(port, request) for _ in range(40)))

    answers = asyncio.run(ask())
    found: dict[bytes, list[Any]] = {}
    for answer in answers:
        headers, body = answer.split(b"\r\n\r\n", 1)
        found.setdefault(headers.split(b" ")[1], []).append((headers.lower(), json.loads(body)))
    assert set(found) == {b"200", b"503"}
    assert {body[0]["class"] for _, body in found[b"200"]} == {expected}
    assert all(b"\r\nretry-after: 1" in headers for headers, _ in found[b"503"])


@pytest.mark.parametrize("more", ["Connection: close", "Connection: keep-alive"])
def test_a_client_refused_while_sending_receives_the_reason(more: str, classifier: Classifier) -> None:
    async def ask() -> bytes:
        async with listening(classifier, body_bytes=1000) as port:
            return await answer_to(port, head(5_000_000, more) + bytes(5_000_000))

    answer = asyncio.run(ask())
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.endswith(b'this one has more."}')


def test_too_many_connections_close_the_slowest_ones(
    classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 5)
    digit = draw_digit(tmp_path / "digit.png")

    async def ask() -> tuple[list[bytes], list[bool]]:
        async with listening(classifier) as port:
            slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
            for _, writer in slow:
                writer.write(head(1000) + b"x")
            await asyncio.sleep(0.1)
            answers = [await answer_to(port, head(len(digit), "Connection: close") + digit) for _ in range(3)]
            ended = []
            for place, (reader, writer) in enumerate(slow):
                try:
                    async with asyncio.timeout(0.1 if place else PATIENCE):
                        ended.append(await reader.read() == b"")
                except TimeoutError:
                    ended.append(False)
                except ConnectionResetError:
                    ended.append(True)
                writer.close()
            return answers, ended

    answers, ended = asyncio.run(ask())
    assert all(answer.startswith(b"HTTP/1.1 200 ") for answer in answers)
    assert ended == [True, False, False, False, False]  # the first made room for three, one after the other


def test_an_answer_that_takes_too_long_is_abandoned(
    classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digit = draw_digit(tmp_path / "digit.png")

    async def never(*_: Any) -> None:
        await asyncio.sleep(PATIENCE)

    monkeypatch.setattr("catseye.serve.service.Service._process", never)

    async def ask() -> bytes:
        async with listening(classifier, seconds=0.2) as port:
            return await answer_to(port, head(len(digit), "Connection: close") + digit)

    assert asyncio.run(ask()).startswith(b"HTTP/1.1 504 ")
