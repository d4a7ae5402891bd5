"""What commands print below their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.cli.printing import tell_next

if TYPE_CHECKING:
    import pytest


def test_how_to_go_on_is_one_line_each_however_long_and_commands_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    line = f"catseye predict {'long/' * 20}run PICTURE   [one or many]"
    tell_next([line, "\x1b[31m"])
    assert capsys.readouterr().out == f"next: {line}\nnext: \\x1b[31m\n"
