"""The command as a whole: its help in groups, its notes, and a notebook's settings around it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from catseye.cli import main
from catseye.cli.app import VERBS
from catseye.cli.help import Verbs

if TYPE_CHECKING:
    from pathlib import Path


def test_help_lists_the_verbs_in_groups(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    places = [said.index(f"\n{title}:\n") for title in VERBS]
    assert places == sorted(places)
    data, learn = (said.split(f"\n{title}:\n")[1].split("\n\n")[0] for title in ("Data", "Learn"))
    assert [line.split()[0] for line in data.splitlines()] == ["datasets", "info", "show", "check"]
    # An explanation begins in one column in all groups.
    assert {line.index(line.split(maxsplit=1)[1]) for line in (data + "\n" + learn).splitlines() if line[2] != " "} == {
        22
    }
    assert all(len(line) <= 80 for line in said.splitlines())
    listed = [line for line in said.split("\nStart here:")[1].splitlines() if line.startswith("  ")]
    assert len(listed) == sum(map(len, VERBS.values()))  # each verb has one line


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("verb", [name for rows in Verbs.groups.values() for name, _ in rows])
def test_help_is_in_plain_words_and_fits(
    verb: str, columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main([verb, "--help"]) == 0
    said = capsys.readouterr().out.replace("'{label}_{}.jpg'", "")  # an example, to be typed as it stands
    assert said.startswith(f"Usage: catseye {verb} [OPTIONS]")
    assert not any(sign in said for sign in ("<", ">", "{", "}", "required", "\u2011"))
    assert all(len(line) <= columns and not line.endswith("-") for line in said.splitlines())


def test_a_note_is_printed_once_by_a_command_and_a_warning_of_a_verb_is_its_own_matter(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def verb(*_: object) -> None:
        log = logging.getLogger("catseye")
        for script in ("Bengali", "Thai"):
            log.warning("no font for %s.", script, extra={"note": True})
        log.warning("not for the terminal")
        log.info("at work")

    monkeypatch.setattr("catseye.datasets.loading.find", verb)
    for _ in range(2):
        main(["info", "digits"])
        said = capsys.readouterr().err.splitlines()
        assert said[:2] == ["note: no font for Bengali.", "at work"]


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["nonsense", "module://matplotlib_inline.backend_inline"])
def test_a_notebook_s_backend_breaks_no_figure(backend: str, tmp_path: Path) -> None:
    """matplotlib cannot even be imported where MPLBACKEND names what it does not know; it stays as it was."""
    program = (
        "import catseye, os, sys; from catseye.cli import main\n"
        "assert main(['train', 'digits', '--network', 'dense', '--epochs', '1', '--out', 'run']) == 0\n"
        "catseye.summary('dense').save('summary.png')\n"
        f"assert os.environ['MPLBACKEND'] == {backend!r}\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        env=os.environ | {"MPLBACKEND": backend},
        check=True,
    )
    assert all((tmp_path / name).stat().st_size > 5000 for name in ("run/report.html", "summary.png"))


@pytest.mark.parametrize(
    ("words", "option", "following"),
    [
        (["evaluate", "run", "digits", "--robust", "-o", "r.png"], "--robust", "-o"),
        (["train", "digits", "--out", "--json"], "--out", "--json"),
        (["explain", "run", "cat.jpg", "--class", "--force"], "--class", "--force"),
    ],
)
def test_no_option_is_taken_for_the_value_of_another(
    words: list[str], option: str, following: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    said = capsys.readouterr().err
    assert said == f"error: {option} needs a value; received the option {following} instead.\n"


def test_a_value_may_begin_with_a_hyphen_if_it_is_no_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convolve", "--kernel", "-1 0 1", "--json"]) == 0
    assert '"kernel"' in capsys.readouterr().out
