"""The width of tables, whatever the environment says."""

from __future__ import annotations

import io

import pytest

from catseye.system.terminal import open_console, requested_columns


@pytest.mark.parametrize(
    ("columns", "width"),
    [("80", 80), ("1", 1), ("0", None), ("", None), ("-5", None), ("wide", None), ("2.5", None), ("²", None)],
)
def test_only_a_number_from_1_on_is_a_width(columns: str, width: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert requested_columns() == width


@pytest.mark.parametrize(("columns", "width"), [("0", 80), ("1", 40), ("39", 40), ("100", 100), ("9" * 30, 10_000)])
def test_a_console_is_never_too_narrow_for_a_table(columns: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """80 is what rich takes where there is no terminal."""
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("LINES", "0")
    assert open_console(io.StringIO()).width == width


def test_markup_in_a_name_is_text() -> None:
    written = io.StringIO()
    open_console(written).print("[bold]cat[/bold].png")
    assert written.getvalue() == "[bold]cat[/bold].png\n"
