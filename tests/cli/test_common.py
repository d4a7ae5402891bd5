"""How commands print JSON and text that came from outside."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from catseye.cli.common import default_folder, escape_control_characters, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = ["বাঘ", "猫", "قطة", "Кошка", "🐈", "ক্\u200dষ"]
ODD = [
    "\udce9.png",
    "\x1b[31m",
    "\x9b31m",
    "\u202egnp",
    "a\nb",
    '"\\',
]  # no valid UTF-8; commands to a terminal; quotes


def printed(value: Sequence[str], encoding: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what is printed on a stdout of this encoding that refuses what it cannot encode."""
    stdout = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stdout)
    print_json(value)
    stdout.seek(0)
    return stdout.read()


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "ascii", "latin-1", "cp1252"])
def test_json_is_whole_in_every_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert json.loads(printed(NAMES + ODD, encoding, monkeypatch)) == NAMES + ODD


def test_json_shows_names_where_stdout_takes_utf8_and_what_is_no_letter_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = printed(NAMES + ODD, "utf-8", monkeypatch)
    assert all(f'"{name}"' in said for name in NAMES)
    assert all(code in said for code in (r"\udce9.png", r"\u001b[31m", r"\u009b31m", r"\u202egnp"))
    assert printed(NAMES, "latin-1", monkeypatch).isascii()


def test_json_without_an_encoding_is_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", out := io.StringIO())
    print_json(NAMES)
    assert out.getvalue().isascii()


def test_names_keep_the_signs_that_join_their_letters() -> None:
    assert escape_control_characters("ক্\u200dষ 👩\u200d👧 \u202e\x1b") == "ক্\u200dষ 👩\u200d👧 \\u202e\\x1b"


@pytest.mark.parametrize(
    ("network", "name"),
    [
        ("dense", "mnist-dense"),
        ("timm:a/b.c_d", "mnist-timm-a-b.c_d"),
        ("nets/small_net.toml", "mnist-small_net"),
        ("small: conv 8, pool", "mnist-small"),
        ("2 × [conv 8 3x3 | input], pool", "mnist-2-x-conv-8-3x3-input-pool"),
    ],
)
def test_a_run_s_folder_has_a_name_that_every_system_takes(network: str, name: str) -> None:
    assert default_folder("mnist:1.0.0", network) == Path("runs") / name


def test_long_networks_have_short_folders_of_their_own() -> None:
    folders = {default_folder("mnist", "conv 8 same, " * 30 + f"conv {size}").name for size in (8, 9)}
    assert len(folders) == 2
    assert all(len(folder) < 60 and folder.startswith("mnist-conv-8-same-conv-8-same-") for folder in folders)
