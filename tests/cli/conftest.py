"""Folders to work in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

import catseye

if TYPE_CHECKING:
    from catseye.runs.run import Run


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder."""
    catseye.load("digits")  # so that no command says that it prepares them
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def digit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digits_run: Run) -> str:
    """Work in a folder with a digit's picture, what is none, and a run; return the class the digit is taken for."""
    monkeypatch.chdir(tmp_path)
    pictures = catseye.load("digits", split="test")
    Image.fromarray(pictures.picture(0)[:, :, 0]).save("digit.png")
    Path("broken.png").write_bytes(b"no picture")
    Path("here.png").write_text("mine")
    assert digits_run.folder is not None
    Path("run").symlink_to(digits_run.folder)
    return digits_run.classifier.predict("digit.png")[0].class_name
