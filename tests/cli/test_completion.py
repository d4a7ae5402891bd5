"""What Tab offers: names as the registries have them, and runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from catseye.cli import completion
from catseye.datasets.loading import ENTRIES
from catseye.networks.registry import BACKBONES, LESSONS


def test_the_names_are_those_of_the_registries() -> None:
    assert completion.LESSONS == LESSONS
    assert completion.BACKBONES == BACKBONES
    assert tuple(entry.info.name for entry in ENTRIES) == completion.DATA_SETS


def test_names_and_runs_are_offered_by_their_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("runs/mnist-dense", "runs/empty", "mine"):
        (tmp_path / folder).mkdir(parents=True)
    for folder in ("runs/mnist-dense", "mine"):
        (tmp_path / folder / "classifier.safetensors").touch()
    monkeypatch.chdir(tmp_path)
    assert completion.complete_data("m") == ["mnist"]
    assert completion.complete_data("./photos") == []
    assert completion.complete_backbone("resnet1") == ["resnet18", "resnet101", "resnet152"]
    assert completion.complete_classifier("runs/") == ["runs/mnist-dense"]
    assert completion.complete_classifier("m") == ["mine", "mobilenet_v2"]
    assert completion.complete_network("d") == ["dense"]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("catseye ex", {"explain"}),
        ("catseye show fa", {"fashion_mnist"}),
        ("catseye summary conv", {"convnet", "convnet_without_pooling"}),
        ("catseye transfer digits --backbone mob", {"mobilenet_v2"}),
    ],
)
def test_a_shell_is_answered_without_heavy_modules(words: str, offered: set[str]) -> None:
    program = (
        "import atexit, sys; from catseye.cli import main\n"
        "atexit.register(lambda: print('LOADED', *(name for name in sys.modules if '.' not in name)))\n"
        "main([])"
    )
    asked = {"_CATSEYE_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=os.environ | asked, check=True
    )
    said, loaded = done.stdout.split("LOADED")
    assert set(said.split()) == offered
    assert not set(loaded.split()) & {"torch", "matplotlib", "numpy"}
