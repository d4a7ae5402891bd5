"""What the outermost layer does with the body of a refused request."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from catseye.serve import create_application

if TYPE_CHECKING:
    from starlette.types import Message

    from catseye.runs.run import Run

PICTURE = b"no picture"


def sent_bodies(run: Run, parts: list[bytes], path: str = "/predict") -> tuple[int, int]:
    """Ask for a prediction; return the status, and how many parts of the body were asked for."""
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

    headers = [
        (b"host", b"localhost"),
        (b"content-type", b"image/png"),
        (b"content-length", str(sum(len(part) for part in parts)).encode()),
    ]
    scope: dict[str, Any] = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": headers, "scheme": "http", "server": ("localhost", 80),
        "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    asyncio.run(asyncio.wait_for(application(scope, receive, send), 60))
    return answered[0]["status"], asked


@pytest.mark.parametrize("parts", [[PICTURE], [PICTURE, PICTURE, PICTURE]])
def test_a_refusal_of_a_whole_body_waits_for_nothing_more(parts: list[bytes], digits_run: Run) -> None:
    """Else each refusal would take as long as the server waits for the rest of a body: a second."""
    assert sent_bodies(digits_run, parts) == (415, len(parts))


def test_what_was_not_read_before_a_refusal_is_discarded(digits_run: Run) -> None:
    assert sent_bodies(digits_run, [PICTURE] * 3, "/nothing") == (404, 3)
