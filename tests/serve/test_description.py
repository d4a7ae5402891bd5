"""The description at ``/openapi.json`` is complete, and requests that it allows are answered as described."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from catseye.serve import create_application
from catseye.serve.openapi_schemas import BASE64_PATTERN
from catseye.serve.refusal import RefusalError
from catseye.serve.request_pictures import read_base64
from tests.serve.serving import PATIENCE, running

if TYPE_CHECKING:
    from catseye.runs.run import Run


@pytest.fixture(scope="module")
def description(digits_run: Run) -> dict[str, Any]:
    client = TestClient(create_application({"digits": digits_run.classifier}))
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("token", [None, "secret"])
def test_schemathesis_finds_nothing_with_its_default_checks(
    token: str | None, description: dict[str, Any], digits_run: Run, tmp_path: Path
) -> None:
    """It asks for what the description allows, which must be accepted, and for what it does not, which must not be."""
    server_words = ["--token", token] if token else []
    client_words = ["--header", f"Authorization: Bearer {token}"] if token else []
    program = str(Path(sys.executable).with_name("schemathesis"))
    with running(Path(str(digits_run.folder)), "--quiet", *server_words) as server:
        words = [f"{server.address}/openapi.json", "--max-examples", "15", "--seed", "1", "--no-color", *client_words]
        words += ["--request-timeout", str(PATIENCE)]  # seconds
        command = [program, "run", *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert server.ask("/v2/health/live").status == 200
    assert done.returncode == 0, done.stdout + done.stderr
    operations = len(description["paths"]) - 1  # one a path; /openapi.json itself is read, not tested
    assert f"Tested: {operations}\n" in done.stdout, done.stdout  # none was passed over


@given(st.lists(st.sampled_from(["AAAA", "a-_/", "AA==", "AAA=", "A", "+", "=", "\n", " ", "data:", ",", "é", ":"])))
def test_the_base64_pattern_matches_exactly_what_is_accepted(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        read_base64(text, 0)
        is_accepted = True
    except RefusalError:
        is_accepted = False
    # As JSON Schema's regular expressions have it, $ is only the very end.
    assert (re.search(BASE64_PATTERN.replace("$", r"\Z"), text) is not None) is is_accepted


@pytest.mark.parametrize(
    ("schema", "value", "is_allowed"),
    [
        ("Pictures", {"picture": "AAAA"}, True),
        ("Pictures", {"picture": "AAAA", "pictures": ["AAAA"]}, False),
        ("Pictures", {"pictures": []}, False),
        ("Pictures", {"pictures": ["AAAA"] * 64}, True),
        ("Pictures", {"pictures": ["AAAA"] * 65}, False),
        ("InferenceRequest", {"inputs": []}, False),
        ("InferenceRequest", {"inputs": [{"name": "picture", "datatype": "UINT8", "shape": [1, 1, 1, 3]}]}, False),
        ("InferenceRequest", {"inputs": [{"name": "picture", "datatype": "UINT8", "shape": [-1, -1, -1, 3]}]}, False),
    ],
)
def test_the_schema_of_a_request_allows_what_is_accepted(
    description: dict[str, Any], schema: str, value: Any, is_allowed: bool
) -> None:
    root = {"$ref": f"#/components/schemas/{schema}", "components": description["components"]}
    assert jsonschema_rs.Draft202012Validator(root).is_valid(value) is is_allowed


def test_only_a_server_with_a_token_asks_for_one(description: dict[str, Any], digits_run: Run) -> None:
    assert description["security"] == []
    client = TestClient(create_application({"digits": digits_run.classifier}, token="secret"))
    said = client.get("/openapi.json", headers={"Authorization": "Bearer secret"}).json()
    assert said["security"] == [{"token": []}]
    public = {path for path, methods in said["paths"].items() if methods.get("get", {}).get("security") == []}
    assert public == {path for path in said["paths"] if "{" not in path and client.get(path).status_code == 200}


def test_the_description_lists_every_endpoint(description: dict[str, Any], digits_run: Run) -> None:
    app: Any = create_application({"digits": digits_run.classifier})
    routes = {route.path for route in app._app.routes if route.path != "/static"}
    assert routes == set(description["paths"])


def test_the_page_loads_nothing_from_elsewhere(digits_run: Run) -> None:
    client = TestClient(create_application({"digits": digits_run.classifier}))
    for path, kind in (("/", "text/html"), ("/static/page.css", "text/css"), ("/static/page.js", "javascript")):
        answer = client.get(path)
        assert kind in answer.headers["Content-Type"]
        assert "//" not in answer.text.replace("// ", ""), path
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
