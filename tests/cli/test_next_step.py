"""What a command says can be done next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.cli.next_step import tell_next

if TYPE_CHECKING:
    import pytest


def test_how_to_go_on_is_one_line_each_however_long_and_commands_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    run = f"{'long/' * 20}my run"
    tell_next("predict", run, "\x1b[31m")
    assert capsys.readouterr().out == f"next: catseye predict '{run}' '\\x1b[31m'\n"
