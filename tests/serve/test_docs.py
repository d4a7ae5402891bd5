"""The examples in docs/serving.md run as they stand."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

import catseye
from tests.serve.serving import draw_digit, running

if TYPE_CHECKING:
    from catseye.runs.run import Run

TEXT = (Path(__file__).parents[2] / "docs" / "serving.md").read_text()
PICTURES, _, DRIFT = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)


def run(script: str, folder: Path, **variables: str) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    variables |= {"PATH": path}
    command = ["bash", "-ec", script]
    done = subprocess.run(command, cwd=folder, env=os.environ | variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_examples_run_as_they_stand(digits_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my-run").symlink_to(Path(str(digits_run.folder)).absolute())
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(("digit.png", "other.png")):
        draw_digit(tmp_path / name, number)
    with running("my-run=my-run", "--quiet", "--log", "served.log") as server:
        lines = [line for line in PICTURES.strip().splitlines() if line]
        answers = [json.loads(run(line.replace("curl", "curl -s"), tmp_path, ADDRESS=server.address)) for line in lines]
        assert [len(answer) for answer in answers] == [1, 2, 1, 1]
        assert {answer[0]["class"] for answer in answers} == {answers[0][0]["class"]}
        for _ in range(40):
            assert server.ask("/predict", (tmp_path / "digit.png").read_bytes()).status == 200
    for line in DRIFT.strip().splitlines():
        assert "served pictures compared with" in run(line, tmp_path)
    for example in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL):
        names: dict[str, Any] = {}
        exec(example, names)
        if "found" in names:
            assert names["found"].pictures == 45
            assert names["found"].reference == "the training pictures"


def test_every_status_in_the_description_is_explained(digits_run: Run) -> None:
    client = TestClient(catseye.serve.create_application(digits_run.classifier))
    said = set(re.findall(r"\b[45]\d\d\b", TEXT.split("| status |")[1].split("##")[0]))
    described = {
        status for methods in client.get("/openapi.json").json()["paths"].values() for operation in methods.values()
        for status in operation["responses"]
    }  # fmt: skip
    assert described - said <= {"200", "500"}
