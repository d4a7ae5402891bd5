"""``catseye convolve`` and ``catseye receptive-field``, as a person types them."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from catseye.cli import main
from catseye.insight.convolution.kernels import DRAWING
from tests.conftest import draw

CAT = "convolve drawing --stride 2x1 --pool max --pool-size 3 --pool-padding same"


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command that goes well, and return what it says on stdout."""

    def run(line: str) -> str:
        capsys.readouterr()
        assert main(shlex.split(line)) == 0
        out, error = capsys.readouterr()
        assert error == ""
        return out

    return run


def test_json_has_output_size_and_every_step(said: Any) -> None:
    found = json.loads(said(f"{CAT} --json"))
    assert found["output"] == [[-2, 2], [0, 0]]
    assert found["output_size"] == [2, 2]
    assert [set(step) for step in found["steps"]] == [{"window", "products", "sum", "place"}] * 4
    assert found["steps"][1] == {
        "window": [[0, 0, 1], [1, 1, 1], [0, 0, 1]],
        "products": [[0, 0, 1], [-2, 0, 2], [0, 0, 1]],
        "sum": 2,
        "place": [0, 1],
    }
    assert found["pooled"]["output"] == [[2]]
    assert (found["operation"], found["convolution"]) == ("cross-correlation", [[2, -2], [0, 0]])


def test_true_turns_the_kernel(said: Any) -> None:
    found = json.loads(said(f"{CAT} --true --json"))
    assert (found["operation"], found["output"]) == ("convolution", [[2, -2], [0, 0]])
    assert found["kernel"][1] == [2, 0, -2]
    assert found["cross_correlation"] == [[-2, 2], [0, 0]]


def test_the_terminal_shows_a_few_steps_or_as_many_as_asked_and_the_difference(said: Any) -> None:
    few = said(CAT)
    assert few.count("window at") == 4  # the lesson's, which are all
    assert "4 of 12 steps are shown" in said(
        'convolve "1 2 3 4 5; 0 1 2 3 4; 5 4 3 2 1; 1 1 1 1 1" --kernel "1 1; 1 1"'
    )
    out = said(f"{CAT} --steps 4")
    assert "rows: O = (I − F + 2P)/S + 1 = (5 − 3 + 2·0)/2 + 1 = 2" in out
    assert "step 4 of 4: window at rows 2 to 4, columns 1 to 3: sum 0 → output row 1, column 1" in out
    assert "Here the two differ by up to 4." in out
    assert "largest 2 → row 0, column 0" in out
    assert "shown" not in out
    assert "this kernel is the same" in said("convolve drawing --kernel edge")
    assert "2 of 6 steps are shown" in said("convolve drawing --steps 2")


@pytest.mark.parametrize(
    ("line", "output"),
    [
        ('convolve "-1 0.5 1/4; 2 -3 4" --kernel "-1 1"', [[1.5, -0.25], [-5, 7]]),
        ('convolve "1 2; 3 4" --kernel "1/2" --padding 1x0 --stride 3x1', [[0, 0], [0, 0]]),
        ("convolve numbers.csv --kernel identity --padding same", [[1, 2], [3, 4]]),
        ('convolve "1 2 3 4 5" --kernel "1 0 1" --dilation 1x2', [[6]]),
        ('convolve "1 2; 3 4" --kernel "1 1; 1 1" --padding same', [[10, 6], [7, 4]]),
    ],
)
def test_matrices_are_typed_or_read(said: Any, line: str, output: list[list[float]]) -> None:
    Path("numbers.csv").write_text("1,2\n3,4\n")
    assert json.loads(said(f"{line} --json"))["output"] == output


@pytest.mark.slow
def test_a_picture_is_grey_or_in_three_channels_and_its_steps_are_limited(said: Any) -> None:
    draw(Path("picture.png"), side=60)
    rgb = np.asarray(Image.open("picture.png"), np.float64)
    grey = json.loads(said("convolve picture.png --kernel identity --json --steps 7"))
    assert grey["output_size"] == [58, 58]
    assert (len(grey["steps"]), grey["steps_in_all"]) == (7, 58 * 58)
    assert grey["output"] == np.asarray(Image.open("picture.png").convert("L"))[1:-1, 1:-1].tolist()
    colour = json.loads(said("convolve picture.png --colour --kernel identity --json"))
    assert colour["output"] == rgb.sum(2)[1:-1, 1:-1].tolist()
    assert np.shape(colour["steps"][0]["window"]) == (3, 3, 3)
    assert "4 of 3,364 steps are shown" in said("convolve picture.png --colour")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("-o steps.gif", "wrote steps.gif: it shows all 4 steps and the one pooling step."),
        ("-o steps.html --steps 2", "wrote steps.html: it shows 2 of 4 steps and the one pooling step."),
        ("-o a.png", "wrote a.png: it shows the input, the kernel and the output; .gif and .html also show the steps."),
    ],
)
def test_with_a_file_one_line_says_what_it_shows(said: Any, words: str, line: str) -> None:
    assert said(f"{CAT} {words}") == f"{line}\nnext: catseye maps efficientnet_lite0 PICTURE\n"


@pytest.mark.slow
def test_the_film_has_a_frame_for_each_step_and_loops(said: Any) -> None:
    said(f"{CAT} -o steps.gif")
    with Image.open("steps.gif") as film:
        assert (film.n_frames, film.info["loop"]) == (5, 0)  # type: ignore[attr-defined]
        assert film.width > film.height
    draw(Path("picture.png"), side=40)
    said("convolve picture.png --colour --steps 3 --pool average -o steps.gif --force")
    with Image.open("steps.gif") as film:
        assert film.n_frames == 6  # type: ignore[attr-defined]


def test_the_figure_has_both_operations_and_every_number(said: Any) -> None:
    said(f"{CAT} --kernel emboss -o figure.svg")
    drawing = Path("figure.svg").read_text()
    texts = re.findall(r">([^<>]+)</text>", drawing)
    assert {"cross-correlation", "convolution", "kernel", "input", "max pooling"} <= {text.strip() for text in texts}
    cells = [float(text.replace("−", "-")) for text in texts if re.fullmatch(r"−?\d+", text)]
    by_hand = [*DRAWING.ravel(), -2, -1, 0, -1, 1, 1, 0, 1, 2, -1, 3, 2, 2, 3, -1, 0, 0, 3]
    assert sorted(cells) == sorted(by_hand)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("convolve nowhere.png", "there is no file nowhere.png; the input is drawing"),
        ('convolve "1 2; 3"', "row 1 has 2 numbers, row 2 has 1."),
        ('convolve "1 nan 3"', "row 1, column 2 is nan."),
        ('convolve "1 2 3; inf 1 1"', "row 2, column 1 is inf."),
        ('convolve "1 2; 3 4"', "rows: a window of 3 reaches over 3 values, but the input has 2"),
        ("convolve tiny.png --kernel edge", "but the input has 2"),
        ("convolve drawing --kernel sobell", "unknown kernel 'sobell'; did you mean sobel_"),
        ('convolve drawing --kernel "1 2; 3"', "equally long"),
        ("convolve drawing --stride 0", "stride is a whole number from 1; got 0."),
        ("convolve drawing --dilation -1", "dilation is a whole number from 1; got -1."),
        ("convolve drawing --padding -1", "padding is a whole number from 0; got -1."),
        (
            "convolve drawing --padding full",
            "or two (down and across) such as 2x1",
        ),
        ("convolve drawing --padding 999999", "take less."),
        ("convolve drawing --pool maxx", "unknown pooling 'maxx'; did you mean max"),
        ("convolve drawing --pool max --pool-size 9", "pooling of the 3×2 output: rows: a window of 9"),
        ("convolve drawing --pool-size 3", "need pool, its kind"),
        ("convolve drawing --steps 0", "steps must be at least 1; got 0."),
        ("convolve drawing -o steps.mp4", "-o must end in .gif, .png, .svg or .html; got steps.mp4."),
        ("convolve drawing -o no/steps.gif", "there is no folder no."),
        ("convolve drawing -o here.gif", "here.gif already exists; choose another name or use --force."),
        ("receptive-field nonet", "unknown network 'nonet'"),
        ("receptive-field dense tiny.png -o field.png", "dense has no maps: every value sees the whole picture."),
    ],
)
def test_what_makes_no_sense_is_one_line_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str], line: str, says: str
) -> None:
    Image.new("L", (2, 2)).save("tiny.png")
    Path("here.gif").write_text("mine")
    assert main(shlex.split(line)) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("error: ")
    assert says in error
    assert len(error.splitlines()) == 1
    assert {path.name for path in Path().iterdir()} == {"tiny.png", "here.gif"}
    assert Path("here.gif").read_text() == "mine"


def test_a_broken_picture_has_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    Path("broken.png").write_bytes(b"no picture")
    assert main(["convolve", "broken.png"]) == 1
    assert "not a picture in a supported format" in capsys.readouterr().err
    assert main(["receptive-field", "convnet", "broken.png", "-o", "field.png"]) == 1
    assert not Path("field.png").exists()


@pytest.mark.slow
def test_a_matrix_too_long_for_a_files_name_overwrites_a_figure(said: Any) -> None:
    matrix = ";".join([" ".join(["1.25"] * 12)] * 12)
    Path("steps.png").write_text("old")
    said(f"convolve '{matrix}' -o steps.png --force")
    assert Path("steps.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_receptive_fields_as_table_json_and_figure(said: Any) -> None:
    draw(Path("picture.png"), side=60)
    found = json.loads(said("receptive-field fashion_convnet --json"))
    fields = {layer["layer"]: layer for layer in found["layers"]}
    assert fields["pool2"]["analytic"] == fields["pool2"]["measured"] == [10, 10]
    assert all(layer["agrees"] for layer in found["layers"])
    table = said("receptive-field convnet")
    assert "computed   within the picture   measured   first row, column" in table
    assert "In every layer, the measured field is the part of the computed one that lies in the picture." in table
    said("receptive-field efficientnet_lite0 picture.png -o field.svg")
    drawing = Path("field.svg").read_text()
    for label in ("stem: 3×3", "stage1: 7×7", "stage4: 147×147", "stage5, stage6, stage7, top:", "the whole picture"):
        assert label in drawing
