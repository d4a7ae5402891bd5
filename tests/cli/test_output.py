"""Where commands write: one rule for all."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import catseye
from catseye.cli import main
from catseye.cli.output import choose_output
from catseye.drawing.mark import is_unchanged
from catseye.errors import UsageError

# Each command that writes a file of its own choice, with that file, and others beside it.
DEFAULTS = (
    ("show digits --count 2", ("grid.png",)),
    ("check photos", ("check.html",)),
    ("maps run digit.png --layer relu1", ("maps.png",)),
    ("maps run digit.png --layer relu1 --channel 0", ("maps.png",)),
    ("maps run --filters", ("maps.png",)),
    ("explain run digit.png", ("explain.png",)),
    ("explain run digit.png --methods grad_cam,occlusion", ("explain.png",)),
    ("attack run digit.png --epsilon 0.2 --steps 2", ("attack.png", "attack-adversarial.png")),
    ("ideal run 3 4 --steps 2", ("ideal.png", "ideal-3.png", "ideal-4.png")),
    ("receptive-field run digit.png", ("receptive-field.png",)),
    ("equivariance digit.png", ("equivariance.png",)),
    ("hierarchy run digits --channels 1 --steps 1", ("hierarchy.png",)),
    ("shifts digits --classifier run --largest 1", ("shifts.png",)),
)
# Those that write only where they are told to.
NAMED = (
    "predict run digit.png",
    "predict run digit.png digit.png",
    "evaluate run digits",
    "compare run run",
    "info digits",
    "datasets",
    "summary convnet",
    "receptive-field convnet",
    "convolve drawing",
    "convolve-functions",
    "pool drawing",
    "tensors digit.png",
)


@pytest.fixture(autouse=True)
def _folder(digit: str) -> None:
    """Work where a digit, a run and a folder of pictures lie."""
    assert digit
    for shade, name in enumerate(("one", "two")):
        Path("photos", name).mkdir(parents=True)
        for number in range(3):
            pixels = np.random.default_rng([number, shade]).integers(0, 255, (40, 40), np.uint8)
            Image.fromarray(pixels).save(f"photos/{name}/{number}.png")


def written() -> set[str]:
    """Return the files here, without those that the fixture made."""
    return {path.name for path in Path().iterdir()} - {"digit.png", "broken.png", "here.png", "run", "photos"}


@pytest.mark.slow
@pytest.mark.parametrize(("command", "files"), DEFAULTS)
def test_a_file_of_its_own_choice_is_written_over_only_if_it_is_as_catseye_wrote_it(
    command: str, files: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    words = command.split()
    assert main(words) == 0
    said = capsys.readouterr().out
    assert f"wrote {files[0]}" in said
    assert said.splitlines()[-1].startswith("next: catseye ")
    assert written() == set(files)
    assert all(map(is_unchanged, map(Path, files)))
    assert main(words) == 0  # again, over its own files
    for name in files:
        mine = Path(name)
        whole = mine.read_bytes()
        mine.write_bytes(whole + b"my note")
        assert main(words) == 2
        assert capsys.readouterr().err.splitlines()[-1] == (
            f"error: {name} already exists and is not as Catseye wrote it; choose another name with -o, or use --force."
        )
        assert mine.read_bytes() == whole + b"my note"
        assert main([*words, "--force"]) == 0
        assert is_unchanged(mine)


@pytest.mark.slow
@pytest.mark.parametrize("command", [*(command for command, _ in DEFAULTS), *NAMED])
def test_with_json_a_file_is_written_only_where_the_user_says(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command.split(), "--json"]) == 0
    json.loads(capsys.readouterr().out)
    assert not written()
    assert main([*command.split(), "--json", "-o", "mine.svg"]) == 0
    json.loads(capsys.readouterr().out)
    assert "mine.svg" in written()


@pytest.mark.slow
@pytest.mark.parametrize("command", [*(command for command, _ in DEFAULTS), *NAMED])
def test_a_named_file_is_written_over_only_if_that_is_said(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = [*command.split(), "-o", "mine.html"]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "wrote mine.html" in said
    last = said.splitlines()[-1]
    assert last.startswith("next: catseye ")
    assert main([shlex.split(last)[2], "--help"]) == 0
    before = Path("mine.html").read_bytes()
    assert main(words) == 2
    assert "mine.html already exists; choose another name or use --force." in capsys.readouterr().err
    assert Path("mine.html").read_bytes() == before
    assert main([*words, "--force"]) == 0


@pytest.mark.parametrize("command", NAMED)
def test_what_has_no_file_of_its_own_choice_writes_none(command: str) -> None:
    assert main(command.split()) == 0
    assert not written()


def test_what_is_read_is_never_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    Path("digit.png").rename("maps.png")
    before = Path("maps.png").read_bytes()
    for force in ((), ("--force",)):
        assert main(["maps", "run", "maps.png", *force]) == 2
    assert "maps.png is the input" in capsys.readouterr().err
    catseye.show("digits", count=1).save("maps.png")  # even what Catseye wrote
    before = Path("maps.png").read_bytes()
    assert main(["maps", "run", "maps.png"]) == 2
    assert Path("maps.png").read_bytes() == before


def test_folders_and_links_are_not_written_over(tmp_path: Path) -> None:
    Path("grid.png").mkdir()
    with pytest.raises(UsageError, match=r"grid.png is a folder"):
        choose_output(None, "grid.png", json=False, force=True)
    Path("own.png").symlink_to("here.png")  # a link to what is somebody's
    with pytest.raises(UsageError, match="is not as Catseye wrote it"):
        choose_output(None, "own.png", json=False, force=False)
    assert choose_output(None, None, json=False, force=False) is None
    assert choose_output(tmp_path / "new.png", "own.png", json=True, force=False) == tmp_path / "new.png"


@pytest.mark.parametrize(
    "verb",
    ["show", "check", "maps", "explain", "attack", "ideal", "shifts", "receptive-field", "equivariance", "hierarchy"],
)
def test_the_help_names_the_file_and_says_what_json_does(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "[default: " in said
    assert "none with --json]." in said


@pytest.mark.usefixtures("digit")
@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("predict run digit.png -o x.csv", "error: -o draws a figure; for a table, use --csv x.csv."),
        ("predict run digit.png -o x.xlsx", "error: -o draws a figure; for a table, use --csv x.csv."),
        ("evaluate run digits -o x.CSV", "error: -o draws a figure; for a table, use --csv x.csv."),
        ("info digits -o x.json", "error: -o draws a figure; to write JSON, use --json > x.json."),
        ("info digits -o x.csv", "error: -o must end in .png, .svg or .html; got x.csv."),
    ],
)
def test_a_table_or_json_is_asked_for_by_its_own_option(
    command: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(shlex.split(command)) == 2
    assert capsys.readouterr().err.splitlines() == [says]
