"""The description at ``/openapi.json``: what it allows is answered as it says, and it says all that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from starlette.testclient import TestClient

from catseye.serve import Limits, create_application
from catseye.serve.openapi import describe

if TYPE_CHECKING:
    from catseye.runs.run import Run


@pytest.fixture(scope="module")
def described(digits_run: Run) -> Any:
    app = create_application({"digits": digits_run.classifier}, limits=Limits(body_bytes=100_000))
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "path"), [(name, path) for path, methods in describe("")["paths"].items() for name in methods]
)
def test_whatever_it_allows_is_answered_as_it_says(described: Any, method: str, path: str) -> None:
    checks = schemathesis.checks

    @given(case=described[path][method].as_strategy())
    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    def ask(case: Any) -> None:
        case.call_and_validate(
            checks=[
                checks.not_a_server_error,
                checks.status_code_conformance,
                checks.content_type_conformance,
                checks.response_schema_conformance,
            ]
        )

    ask()


def test_it_lists_every_address(digits_run: Run) -> None:
    app: Any = create_application({"digits": digits_run.classifier})
    routes = {route.path for route in app._app.routes if route.path != "/static"}
    assert routes == set(describe("")["paths"])


def test_the_page_asks_for_nothing_elsewhere(digits_run: Run) -> None:
    client = TestClient(create_application({"digits": digits_run.classifier}))
    for path, kind in (("/", "text/html"), ("/static/page.css", "text/css"), ("/static/page.js", "javascript")):
        answer = client.get(path)
        assert kind in answer.headers["Content-Type"]
        assert "//" not in answer.text.replace("// ", ""), path
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
