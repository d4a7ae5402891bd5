"""Every snippet of a card runs as it stands, in a separate process, with the same answer as ``predict``."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from markdown_it import MarkdownIt
from platformdirs import user_cache_path

import catseye
from catseye.export.web.chromium import classify_in_chromium, find_chromium
from catseye.export.web.runtime import FILES, PACKAGE, VERSION
from catseye.model_card.markdown import to_markdown
from tests.conftest import bring, draw, draw_folder
from tests.model_card.cards import card_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.classifier.prediction import Prediction

pytestmark = pytest.mark.slow  # each snippet is a process that loads a classifier, or an export
NAME = "it's mine"  # of the run's folder, which a shell and Python quote
PATIENCE = 300  # seconds, on however slow a machine
EXPORTS = {
    "onnx": "As ONNX, with preprocessing and calibration in the file",
    "openvino": "As OpenVINO IR",
    "torch": "As a PyTorch program",
}


class Snippet(NamedTuple):
    """Lines to copy, with the sentence before them."""

    about: str
    language: str
    lines: str


def read_snippets(markdown: str) -> list[Snippet]:
    """Return what a reader of Markdown finds below the last heading, in order."""
    tokens = MarkdownIt().parse(markdown.partition("\n## How to use it\n")[2])
    about = ""
    found: list[Snippet] = []
    for token in tokens:
        if token.type == "inline":
            about = unescape(token.content).rstrip(":")
        elif token.type == "fence":
            found.append(Snippet(about, token.info, token.content))
    return found


def run(snippet: Snippet, folder: Path) -> str:
    """Return what a snippet prints; a failure is one of the test."""
    start = ["sh", "-ec"] if snippet.language == "sh" else [sys.executable, "-X", "utf8", "-c"]
    command = [*start, snippet.lines]
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def find(about: str, snippets: list[Snippet]) -> int:
    return next(place for place, snippet in enumerate(snippets) if snippet.about == about)


def assert_says(printed: str, expected: Prediction) -> None:
    name, probability = printed.rsplit(maxsplit=1)
    assert name == expected.class_name
    assert float(probability) == pytest.approx(expected.probability, abs=2e-3)


def environment() -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "PYTHONIOENCODING": "utf-8"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run and a picture, as a reader of its card has them."""
    place = tmp_path_factory.mktemp("card")
    catseye.train(draw_folder(place / "photos", {"tom cat": 12, "größe": 12}), epochs=3, out=place / NAME)
    draw(place / "p.png", (180, 90, 60), side=33, seed=7).rename(place / "PICTURE.jpg")  # content decides, not names
    return place


@pytest.fixture(scope="module")
def snippets(folder: Path) -> list[Snippet]:
    return read_snippets(to_markdown(catseye.card(folder / NAME)))


@pytest.fixture(scope="module")
def expected(folder: Path) -> Prediction:
    return catseye.Classifier.load(folder / NAME).predict(folder / "PICTURE.jpg")[0]


def test_there_is_a_snippet_for_each_way(snippets: list[Snippet]) -> None:
    exports = ["sh", "python", "sh", "sh", "python", "sh", "python", "python", "sh", "python"]  # ONNX, … Keras
    assert [snippet.language for snippet in snippets] == ["sh", "python", *exports, "sh", "sh", "sh"]


def test_with_catseye(snippets: list[Snippet], folder: Path, expected: Prediction) -> None:
    for snippet in snippets[:2]:
        named = re.search("tom cat|größe", run(snippet, folder))
        assert named
        assert named[0] == expected.class_name


@pytest.mark.parametrize("form", EXPORTS)
def test_an_export_and_its_use_without_catseye(
    form: str, snippets: list[Snippet], folder: Path, expected: Prediction
) -> None:
    place = find(EXPORTS[form], snippets)
    export, use = snippets[place : place + 2]
    run(export, folder)
    assert "catseye" not in use.lines
    assert_says(run(use, folder), expected)


def test_the_state_dict_beside_a_program(snippets: list[Snippet], folder: Path, expected: Prediction) -> None:
    place = find(EXPORTS["torch"], snippets)
    export, use = snippets[place], snippets[place + 2]
    run(Snippet("", "sh", export.lines.rstrip() + " --force"), folder)
    assert_says(run(use, folder), expected)
    assert use.about == "Its weights as a state dict, in the files beside it"


def test_quantised(snippets: list[Snippet], folder: Path, expected: Prediction) -> None:
    place = find(EXPORTS["onnx"], snippets)
    draw_folder(folder / "DATA", {"tom cat": 120, "größe": 120})
    use, export = snippets[place + 1 : place + 3]
    assert "quantised to 8 bits" in export.about
    assert "int8" in run(export, folder)
    name, probability = run(use._replace(lines=use.lines.replace("model.onnx", "model.int8.onnx")), folder).rsplit(
        maxsplit=1
    )
    assert name == expected.class_name
    assert float(probability) == pytest.approx(expected.probability, abs=0.1)


@pytest.mark.extras
def test_in_keras(snippets: list[Snippet], folder: Path, expected: Prediction) -> None:
    if not find_spec("keras"):
        pytest.skip("make test-extras runs this, in an environment of its own")
    place = next(place for place, snippet in enumerate(snippets) if snippet.about.startswith("For Keras 3"))
    export, use = snippets[place : place + 2]
    run(export, folder)
    assert "import catseye" not in use.lines
    assert_says(run(use, folder), expected)


@pytest.mark.parametrize(
    ("network", "suits"),
    [
        ("convnet", True),
        ("conv 8, pool, flatten, dense 2", True),
        ("[conv 8 same] + input, flatten, dense 2", False),
        ("[conv 8 same | input], flatten, dense 2", False),
        ("resnet18", False),
        ("timm:test_resnet", False),
    ],
)
def test_lines_for_keras_only_for_networks_that_keras_has(network: str, suits: bool) -> None:
    card = card_of()
    card = replace(card, description=replace(card.description, network_name=network))
    assert ("keras.saving" in to_markdown(card)) == suits


def test_as_a_server(snippets: list[Snippet], folder: Path, expected: Prediction) -> None:
    if not shutil.which("curl"):
        bring("curl (Debian's package curl)")
        return
    port = find_free_port()
    serve, ask = snippets[-1].lines.replace("8000", str(port)).splitlines()
    with started(serve, folder) as server:
        assert server.stdout
        assert server.stdout.readline().strip().endswith(f":{port}")
        (answer,) = json.loads(run(Snippet("", "sh", ask), folder))
    assert answer["class"] == expected.class_name
    assert answer["probability"] == pytest.approx(expected.probability, abs=1e-6)


@contextmanager
def started(line: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a line of a shell until the block ends."""
    command = ["sh", "-c", f"exec {line}"]
    process = subprocess.Popen(
        command, cwd=folder, env=environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.browser
def test_in_a_browser(
    snippets: list[Snippet], folder: Path, expected: Prediction, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, kept = find_chromium(), user_cache_path("catseye") / "web"
    if browser is None or not all((kept / f"onnxruntime-web-{VERSION}" / name).is_file() for name in FILES):
        bring(f"a browser, and {PACKAGE}: run `catseye export RUN --to web -o page` once, without CATSEYE_HOME")
        return
    (tmp_path / "web").symlink_to(kept)
    monkeypatch.setenv("CATSEYE_HOME", str(tmp_path))
    export, host = snippets[-3:-1]
    run(export, folder)
    (answer,) = classify_in_chromium(browser, folder / "page", [(folder / "PICTURE.jpg").read_bytes()])
    best = max(range(2), key=lambda number: answer.probabilities[number])
    assert catseye.Classifier.load(folder / NAME).classes[best] == expected.class_name
    assert answer.probabilities[best] == pytest.approx(expected.probability, abs=2e-3)
    port = find_free_port()
    with started(f"{host.lines.strip()} {port}", folder) as server:
        assert server.poll() is None
        assert b"<html" in fetch(f"http://127.0.0.1:{port}/")


def fetch(address: str) -> bytes:
    """Return a page of a server that may not listen yet."""
    for attempt in range(PATIENCE * 10):
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                return bytes(answer.read())
        except OSError:
            assert attempt < PATIENCE * 10 - 1
            time.sleep(0.1)
    raise AssertionError(address)


OWN = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.act, self.dense = nn.Conv2d(3, 4, 3), nn.PReLU(), nn.Linear(4, 2)

    def forward(self, pictures):
        return self.dense(self.act(self.conv(pictures)).mean((2, 3)))

torch.manual_seed(0)
network = Net()
"""


def test_a_network_written_in_python_is_used_in_its_program(folder: Path, tmp_path: Path) -> None:
    scope: dict[str, object] = {}
    exec(OWN, scope)
    trained = catseye.train(folder / "photos", scope["network"], epochs=1, out=tmp_path / "own")  # type: ignore[arg-type]
    card = catseye.card(trained)
    assert card.command == ""  # no command has the network
    shutil.copy(folder / "PICTURE.jpg", tmp_path)
    first, *others = read_snippets(to_markdown(card))
    use = find(EXPORTS["torch"], others)
    printed = run(Snippet("", "python", OWN + first.lines + others[use].lines), tmp_path)
    expected = trained.classifier.predict(tmp_path / "PICTURE.jpg")[0]
    assert expected.class_name in printed
    assert_says(run(others[use + 1], tmp_path), expected)
    loads = others[use + 2]
    assert loads.about == "Its weights as a state dict, in the files beside it, in the program that defines Net"
    assert_says(run(loads._replace(lines=OWN + loads.lines), tmp_path), expected)
    assert 'quantise="int8"' in to_markdown(card).replace("'", '"')
    assert not any(snippet.lines.startswith("catseye ") for snippet in (first, *others))
