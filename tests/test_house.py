"""The house keeps its shape: short files, short functions, every file with a docstring, every test beside its room."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import catseye

SOURCE = Path(catseye.__file__).parent
TESTS = Path(__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 300, 60


def name(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_files_and_functions_are_short_and_say_what_they_are_for(path: Path) -> None:
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= MOST_LINES
    assert path.name == "_version.py" or ast.get_docstring(tree)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    long = {function.name: lines_of(function) for function in functions}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_function_or_class_is_named_like_its_module(path: Path) -> None:
    # A loaded module becomes an attribute of its package, which would hide a function of the same name there.
    body = ast.parse(path.read_text("utf-8")).body
    assert path.stem not in {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def lines_of(function: ast.FunctionDef) -> int:
    """Return how many lines a function has, its docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return function.end_lineno - body[0].lineno + 1 if body and function.end_lineno else 0


def test_every_folder_of_tests_has_a_room() -> None:
    rooms = {str(folder.relative_to(TESTS)) for folder in TESTS.rglob("*") if (folder / "__init__.py").is_file()}
    assert {room for room in rooms if not (SOURCE / room).is_dir()} == set()
