"""The body of a request: held in memory and never on disk, limited in size and time."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

from catseye.serve.refusal import BAD, TOO_LARGE, UNSUPPORTED, RefusalError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from catseye.serve.service import Service

_LONGEST_NUMBER = 18  # digits


@asynccontextmanager
async def hold_body(request: Request, service: Service) -> AsyncIterator[bytes]:
    """Yield the body of a request, and count its bytes as memory in use until the block ends.

    Raises
    ------
    RefusalError
        The server is overloaded, or the body is too large, too slow or compressed.
    """
    service.admission.check()
    most = service.limits.body_bytes
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise RefusalError(
            UNSUPPORTED, "Compressed bodies (Content-Encoding) are not supported; send the body uncompressed."
        )
    if _stated_length(request) > most:
        raise _too_large(most)
    held = 0
    try:
        body = bytearray()
        async with asyncio.timeout(service.limits.body_seconds):
            async for part in request.stream():
                if len(body) + len(part) > most:
                    raise _too_large(most)
                service.admission.hold_bytes(len(part))
                held += len(part)
                body += part
        yield bytes(body)
    except TimeoutError:
        seconds = f"{service.limits.body_seconds:g} s"
        raise RefusalError(408, f"The body did not arrive within {seconds}.", {"Connection": "close"}) from None
    except ClientDisconnect:
        raise RefusalError(BAD, "The client disconnected before its request was complete.") from None
    finally:
        service.admission.release_bytes(held)


def _stated_length(request: Request) -> int:
    stated = request.headers.get("content-length", "0").strip()
    if not (stated.isascii() and stated.isdigit()):
        raise RefusalError(BAD, "Content-Length is not a number.", {"Connection": "close"})
    return int(stated) if len(stated) <= _LONGEST_NUMBER else 10**_LONGEST_NUMBER


def _too_large(most: int) -> RefusalError:
    return RefusalError(
        TOO_LARGE, f"A request's body may have at most {most:,} bytes; this one has more.", {"Connection": "close"}
    )
