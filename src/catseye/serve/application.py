"""The ASGI application with every endpoint, which any ASGI server can run or mount."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from catseye.serve.guard import Guard, error_response
from catseye.serve.inference_protocol import PROTOCOL_ROUTES
from catseye.serve.metrics import Metrics
from catseye.serve.openapi import describe
from catseye.serve.predict_endpoint import json_response, predict
from catseye.serve.refusal import RefusalError
from catseye.serve.reloading import watch
from catseye.serve.service import Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.requests import Request

    from catseye.serve.access import Access
    from catseye.serve.limits import Limits
    from catseye.serve.models import Models
    from catseye.serve.request_log import RequestLog

_TEXT = "text/plain; version=0.0.4; charset=utf-8"  # Prometheus's
_PAGE = Path(__file__).with_name("static") / "index.html"


def build_application(
    models: Models, limits: Limits, access: Access, log: RequestLog, given: Sequence[str | Path] = ()
) -> Guard:
    """Return the application for loaded models; ``given`` is where to look for new versions of them."""
    metrics = Metrics()
    for served in models:
        metrics.set_expected_share(served)
    service = Service(models, limits, metrics)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(watch(models, given, metrics, log))
        try:
            yield
        finally:
            watching.cancel()

    app = Starlette(
        routes=[
            Route("/", _serve_page),
            Route("/predict", predict, methods=["POST"]),
            Route("/metrics", _render_metrics),
            Route("/openapi.json", _describe_api),
            *PROTOCOL_ROUTES,
            Mount("/static", StaticFiles(packages=[("catseye.serve", "static")])),
        ],
        exception_handlers={HTTPException: _handle, RefusalError: _handle, Exception: _handle},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # a redirect would repeat the client's Host header
    app.state.service, app.state.log, app.state.metrics = service, log, metrics
    app.state.has_token = access.token is not None
    return Guard(app, access, metrics, log)


async def _handle(_request: Request, error: Exception) -> Response:
    return error_response(error)


async def _render_metrics(request: Request) -> Response:
    return Response(request.app.state.metrics.render(), media_type=_TEXT)


async def _describe_api(request: Request) -> Response:
    state = request.app.state
    return json_response(
        describe(state.service, has_token=state.has_token, root_path=request.scope.get("root_path", ""))
    )


async def _serve_page(_request: Request) -> Response:
    return Response(_PAGE.read_bytes(), media_type="text/html")
