"""The application: every address of the server, as an ASGI application that any server can run or mount."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from catseye.classifier.classifier import Classifier
from catseye.errors import with_short_traceback
from catseye.serve.access import Access
from catseye.serve.answering import json_response, predict
from catseye.serve.guard import Guard, error_response
from catseye.serve.inference_protocol import PROTOCOL_ROUTES
from catseye.serve.limits import Limits
from catseye.serve.metrics import Metrics
from catseye.serve.models import FIRST_VERSION, Models, Served, Source, load_served, read_sources, warm_up
from catseye.serve.openapi import describe
from catseye.serve.refusal import RefusalError
from catseye.serve.reloading import watch
from catseye.serve.request_log import RequestLog
from catseye.serve.service import Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from starlette.requests import Request
    from starlette.types import ASGIApp

_TEXT = "text/plain; version=0.0.4; charset=utf-8"  # Prometheus's
_PAGE = Path(__file__).with_name("static") / "index.html"


@with_short_traceback
def create_application(
    models: str | Path | Classifier | Sequence[str | Path] | Mapping[str, Classifier | str | Path],
    *,
    limits: Limits | None = None,
    token: str | None = None,
    log: Path | None = None,
    quiet: bool = True,
) -> ASGIApp:
    """Return an ASGI application that serves classifiers, to be mounted in another or run by any ASGI server.

    Parameters
    ----------
    models
        A run, a classifier's file, a backbone's name or a classifier; several in a list, also as ``"NAME=RUN"`` and
        ``"NAME:VERSION=RUN"``; or by name in a dict. Each is loaded, and has answered once, before this returns.
    limits
        What clients may send, and how long they wait.
    token
        What clients have to send as ``Authorization: Bearer TOKEN``; ``None``: whoever mounts it decides who may ask.
    log
        File to which a line of JSON is appended for each picture; ``catseye drift`` reads it.
    quiet
        Write no lines to stderr.

    Raises
    ------
    UsageError
        Two models are called the same, or there is none.
    CatseyeError
        A classifier cannot be loaded, or the log not be written.

    Examples
    --------
    With Starlette or FastAPI, and a run in ``my-run``:

    >>> from starlette.applications import Starlette
    >>> from starlette.routing import Mount
    >>> import catseye
    >>> app = Starlette(routes=[Mount("/cats", catseye.serve.create_application("my-run"))])
    """
    served = _load(models)
    given = [] if isinstance(models, Classifier | dict) else _many(models)
    return build_application(
        Models(served), limits or Limits(), Access(token=token), RequestLog(log, is_quiet=quiet), given
    )


def build_application(
    models: Models, limits: Limits, access: Access, log: RequestLog, given: Sequence[str | Path] = ()
) -> ASGIApp:
    """Return the application for models that are loaded; ``given`` is where to look for new versions of them."""
    metrics = Metrics()
    for served in models:
        metrics.expect(served)
    service = Service(models, limits, metrics)

    @asynccontextmanager
    async def live(_app: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(watch(models, given, metrics, log))
        try:
            yield
        finally:
            watching.cancel()

    app = Starlette(
        routes=[
            Route("/", _page),
            Route("/predict", predict, methods=["POST"]),
            Route("/metrics", _metrics),
            Route("/openapi.json", _openapi),
            *PROTOCOL_ROUTES,
            Mount("/static", StaticFiles(packages=[("catseye.serve", "static")])),
        ],
        exception_handlers={HTTPException: _handle, RefusalError: _handle, Exception: _handle},
        lifespan=live,
    )
    app.router.redirect_slashes = False  # a redirection would repeat what a client says its Host is
    app.state.service, app.state.log, app.state.metrics = service, log, metrics
    return Guard(app, access, metrics, log)


def _load(models: object) -> list[Served]:
    """Return what a caller gave, loaded."""
    if isinstance(models, Classifier):
        models = {"classifier": models}
    if not isinstance(models, dict):
        return [load_served(source) for source in read_sources(_many(models))]
    found: list[Served] = []
    for name, one in models.items():
        if isinstance(one, Classifier):
            found.append(warm_up(Served(Source(name, FIRST_VERSION, None), one)))
        else:
            found += [load_served(source) for source in read_sources([f"{name}={one}"])]
    return found


def _many(models: Any) -> list[str | Path]:
    return list(models) if isinstance(models, list | tuple) else [models]


async def _handle(_request: Request, error: Exception) -> Response:
    return error_response(error)


async def _metrics(request: Request) -> Response:
    return Response(request.app.state.metrics.render(), media_type=_TEXT)


async def _openapi(request: Request) -> Response:
    return json_response(describe(request.scope.get("root_path", "")))


async def _page(_request: Request) -> Response:
    return Response(_PAGE.read_bytes(), media_type="text/html")
