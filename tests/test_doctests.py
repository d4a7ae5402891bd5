"""The examples in docstrings and in the documentation are true."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

import catseye

if TYPE_CHECKING:
    from catseye.runs.run import Run

ROOT = Path(__file__).parent.parent
SOURCE = Path(catseye.__file__).parent
WITH_EXAMPLES = [path for path in sorted(SOURCE.rglob("*.py")) if re.search(r"^ *>>> ", path.read_text("utf-8"), re.M)]
PAGES = [path for path in sorted((ROOT / "docs").glob("*.md")) if re.search(r"^ *>>> ", path.read_text("utf-8"), re.M)]
FOUR = 3  # of the digits' test pictures: a clear 4


def module(path: Path) -> str:
    """Return the dotted name of a file of the package."""
    return ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")


class Finder(doctest.DocTestFinder):
    """Finds the examples of decorated functions as well."""

    def _from_module(self, module: Any, object: Any) -> bool:  # noqa: A002 (the name that it has there)
        return bool(super()._from_module(module, inspect.unwrap(object)))  # type: ignore[misc]


@pytest.fixture(scope="session")
def what_examples_use(digits_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run (my-run), a picture of a 4 (digit.png) and a folder of pictures (photos)."""
    folder = tmp_path_factory.mktemp("examples")
    assert digits_run.folder
    (folder / "my-run").symlink_to(digits_run.folder, target_is_directory=True)
    Image.fromarray(catseye.load("digits", "test").picture(FOUR)[:, :, 0]).save(folder / "digit.png")
    runpy.run_path(str(ROOT / "examples" / "draw_shapes.py"))["main"](folder / "photos")
    return folder


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=module)
def test_examples_in_docstrings_are_true(
    path: Path, what_examples_use: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(what_examples_use)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for test in Finder().find(importlib.import_module(module(path))):
        runner.run(test)
    assert runner.tries
    assert not runner.failures, capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_in_the_documentation_are_true(
    page: Path, what_examples_use: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(what_examples_use)
    done = doctest.testfile(str(page), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert done.attempted
    assert not done.failed, capsys.readouterr().out


def test_no_example_is_skipped() -> None:
    assert [path for path in (*WITH_EXAMPLES, *PAGES) if "+SKIP" in path.read_text("utf-8")] == []
