"""The outermost layer: the body of a refused request, and when an answer is counted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from catseye.serve import create_application

if TYPE_CHECKING:
    from starlette.types import Message

    from catseye.runs.run import Run

PICTURE = b"no picture"


def scope_of(method: str, path: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {
        "type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": [(b"host", b"localhost"), *headers], "scheme": "http",
        "server": ("localhost", 80), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip


def sent_bodies(run: Run, parts: list[bytes], path: str = "/predict") -> tuple[int, int]:
    """Request a prediction; return the status, and how many parts of the body were read."""
    application = create_application({"digits": run.classifier})
    waiting, asked, answered = list(parts), 0, []

    async def receive() -> Message:
        nonlocal asked
        asked += 1
        if not waiting:
            await asyncio.Event().wait()  # as a server does until the client goes away
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message: Message) -> None:
        answered.append(message)

    length = str(sum(len(part) for part in parts)).encode()
    scope = scope_of("POST", path, [(b"content-type", b"image/png"), (b"content-length", length)])
    asyncio.run(asyncio.wait_for(application(scope, receive, send), 60))
    return answered[0]["status"], asked


@pytest.mark.parametrize("parts", [[PICTURE], [PICTURE, PICTURE, PICTURE]])
def test_a_refusal_after_a_complete_body_is_sent_at_once(parts: list[bytes], digits_run: Run) -> None:
    """Otherwise each refusal would take a second, the time for which the server waits for the rest of a body."""
    assert sent_bodies(digits_run, parts) == (415, len(parts))


def test_unread_parts_of_a_refused_body_are_discarded(digits_run: Run) -> None:
    assert sent_bodies(digits_run, [PICTURE] * 3, "/nothing") == (404, 3)


@pytest.mark.parametrize(("path", "status"), [("/v2/health/live", 200), ("/nothing", 404)])
def test_an_answer_is_counted_before_it_is_sent(path: str, status: int, digits_run: Run) -> None:
    """Otherwise a client could miss its own request in the metrics, and a killed process would lose it."""
    application: Any = create_application({"digits": digits_run.classifier})
    seen: list[str] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def read_metrics() -> None:
        async def keep(message: Message) -> None:
            seen.append(message.get("body", b"").decode())

        await application(scope_of("GET", "/metrics", []), receive, keep)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            await read_metrics()

    asyncio.run(application(scope_of("GET", path, []), receive, send))
    route = path if status == 200 else "other"
    counted = f'catseye_requests_total{{method="GET",route="{route}",status="{status}"}} 1.0'
    assert counted in "".join(seen)
    asyncio.run(read_metrics())
    assert counted in seen[-1]  # once, although the answer ended afterwards
