"""What a notebook shows while work goes on, with a stand-in for its kernel."""

from __future__ import annotations

import logging
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from catseye.system import notebook
from catseye.system.notebook import NotebookLine, draw_bar, in_notebook, log_as_plain_text
from catseye.system.progress_bar import progress
from catseye.training.display import training_display
from catseye.training.history import Epoch


class Cell:
    """What stands below a cell: one text for each thing that was displayed, as it was last updated."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def display(self, content: dict[str, str], *, raw: bool, display_id: bool) -> Any:
        assert raw
        assert display_id
        self.shown.append(content["text/plain"])
        place = len(self.shown) - 1

        def update(content: dict[str, str], *, raw: bool) -> None:
            assert raw
            self.shown[place] = content["text/plain"]

        return SimpleNamespace(update=update)


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    """Work in a cell of a notebook whose clock makes every state visible."""
    cell, ipython, display = Cell(), ModuleType("IPython"), ModuleType("IPython.display")
    ipython.get_ipython = lambda: SimpleNamespace(kernel=object())  # type: ignore[attr-defined]
    display.display = cell.display  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    monkeypatch.setattr(notebook, "_SHORT", 0.0)
    monkeypatch.setattr(notebook, "_INTERVAL", 0.0)
    return cell


@pytest.mark.usefixtures("cell")
def test_a_kernel_is_told_from_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_notebook()
    shell = ModuleType("IPython")
    shell.get_ipython = lambda: SimpleNamespace()  # type: ignore[attr-defined]
    for other in (shell, ModuleType("IPython")):
        monkeypatch.setitem(sys.modules, "IPython", other)
        assert not in_notebook()
    monkeypatch.delitem(sys.modules, "IPython")
    assert not in_notebook()


def test_a_bar_is_as_full_as_the_work_is_done() -> None:
    assert draw_bar(0, 4) == "░" * 24
    assert draw_bar(1, 4) == "█" * 6 + "░" * 18
    assert draw_bar(9, 4) == "█" * 24


def test_progress_is_one_line_that_is_rewritten_and_cleared(cell: Cell, capsys: pytest.CaptureFixture[str]) -> None:
    with progress("extracting", 8) as advance:
        advance(2)
        assert cell.shown == [f"extracting  {'█' * 6}{'░' * 18}  2 of 8"]
        advance(2)
        with progress("inner", 3) as inner:
            inner(1)
        assert cell.shown == [f"extracting  {'█' * 12}{'░' * 12}  4 of 8"]
    assert cell.shown == [""]
    assert capsys.readouterr() == ("", "")


def test_short_work_shows_nothing(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "_SHORT", 1000.0)
    with progress("quick", 2) as advance:
        advance(2)
    assert cell.shown == []


def test_states_that_follow_quickly_are_left_out_but_not_the_last(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "_INTERVAL", 1000.0)
    line = NotebookLine()
    line.write("first")
    line.write("second")
    assert cell.shown == ["first"]
    line.write("last", final=True)
    assert cell.shown == ["last"]


def test_a_training_is_one_line_that_ends_in_its_last_epoch(cell: Cell, capsys: pytest.CaptureFixture[str]) -> None:
    with training_display(2, 10, 0) as display:
        for number in (1, 2):
            display.show_steps(10, number, 0.5, 0.8)
            display.show_epoch(Epoch(number, 0.1, 0.5, 0.8, 0.4, 0.9, 1.0))
    assert cell.shown == ["epoch 2/2  loss 0.5000  accuracy 80.00 %  validation 0.4000  90.00 %  1.0 s"]
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("cell")
def test_notes_are_plain_text_unless_the_user_decides_where_they_go(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log, root = logging.getLogger("catseye"), logging.getLogger()
    monkeypatch.setattr(log, "handlers", [])
    log_as_plain_text()
    assert log.handlers == []  # pytest listens at the root
    monkeypatch.setattr(root, "handlers", [])
    log_as_plain_text()
    log_as_plain_text()
    log.warning("an unofficial copy")
    assert capsys.readouterr() == ("an unofficial copy\n", "")
