"""``catseye maps``, as a person types it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

import catseye
from catseye.cli import main

if TYPE_CHECKING:
    from _pytest.capture import CaptureFixture


pytestmark = pytest.mark.usefixtures("digit")


def run(line: str) -> int:
    return main(shlex.split(line))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("maps run", "give exactly one of PICTURE, --data and --filters"),
        ("maps run digit.png --data digits", "give exactly one of PICTURE, --data and --filters"),
        ("maps nothing digit.png", "there is no classifier at nothing"),
        ("maps convnet digit.png", "it is a network that is not trained yet. Train it first: catseye train DATA"),
        ("maps 'conv 8, dense 10' digit.png", "catseye train DATA --network 'conv 8, dense 10' --out RUN"),
        ("maps run digit.png --layer rellu1", "unknown layer 'rellu1'; did you mean relu1"),
        ("maps run digit.png --layer dense2", "layer dense2 gives 10 numbers without height and width"),
        ("maps run digit.png --layer relu1 --channel 99", "layer relu1 has the channels 0 to 31; got 99."),
        ("maps run digit.png --channel 1", "channel needs exactly one layer; got 0."),
        ("maps run digit.png --channels 0", "channels must be between 1 and 1,024"),
        ("maps run digit.png" + 33 * " --layer relu1", "at most 32 layers are drawn; got 33."),
        ("maps run --data digits", "data needs a layer and a channel"),
        ("maps run --data digits --layer relu1 --channel 1 --by sum", "by must be max or mean; got 'sum'."),
        ("maps run --data digits --layer relu1 --channel 1 --count 0", "count must be between 1 and 36; got 0."),
        ("maps run digit.png --all --layer relu1", "all layers are drawn of a picture, and without naming one."),
        ("maps run --filters --layer relu1", "layer relu1 has no filters of its own"),
        ("maps run --filters --layer conv2", "so that it is not a picture"),
        ("maps run digit.png -o here.png", "here.png already exists; choose another name or use --force."),
        ("maps run digit.png -o maps.gif", "-o must end in .png, .svg or .html; got maps.gif."),
        ("maps run digit.png -o no/maps.png", "there is no folder no."),
    ],
)
def test_what_makes_no_sense_is_said(capsys: CaptureFixture[str], line: str, says: str) -> None:
    assert run(line) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("error: ")
    assert says in error
    assert len(error.splitlines()) <= 2
    assert not Path("maps.png").exists()
    assert Path("here.png").read_text() == "mine"


def test_a_channel_that_does_not_exist_is_said_at_the_first_pictures(capsys: CaptureFixture[str]) -> None:
    assert run("maps run --data digits --layer relu1 --channel 32") == 2
    assert capsys.readouterr().err.endswith("error: layer relu1 has the channels 0 to 31; got 32.\n")


def test_a_broken_picture_is_named(capsys: CaptureFixture[str]) -> None:
    assert run("maps run broken.png") == 1
    assert capsys.readouterr().err == "error: broken.png: not a picture in a supported format\n"
    assert not Path("maps.png").exists()


def test_sheets_of_chosen_layers(capsys: CaptureFixture[str]) -> None:
    assert run("maps run digit.png --layer relu1 --layer conv2 --channels 3 -o maps.svg --json") == 0
    out, error = capsys.readouterr()
    assert error == ""
    found = json.loads(out)
    assert (found["classifier"], found["picture"], found["figure"]) == ("run", "digit.png", "maps.svg")
    assert [layer["layer"] for layer in found["layers"]] == ["relu1", "conv2"]
    drawing = Path("maps.svg").read_text()
    for layer in found["layers"]:
        contrasts = [channel["contrast"] for channel in layer["channels"]]
        assert len(contrasts) == 3
        assert contrasts == sorted(contrasts, reverse=True)
        for channel in layer["channels"]:
            assert f">{channel['channel']}<" in drawing
        height, width = layer["shape"][1:]
        assert f">{height}×{width}<" in drawing
    assert found["prediction"]["class"] in catseye.Classifier.load("run").classes


@pytest.mark.slow
@pytest.mark.parametrize("words", ["--all", "--layer relu1 --channels 32 --layer conv2"])
def test_a_sheet_as_long_as_it_needs_is_drawn_on_request_or_where_a_page_is_too_small(
    capsys: CaptureFixture[str], words: str
) -> None:
    assert run(f"maps run digit.png {words} -o long.svg --json") == 0
    found = json.loads(capsys.readouterr().out)
    drawing = Path("long.svg").read_text()
    for layer in found["layers"]:
        count = len(layer["channels"])
        which = f"{count} of {layer['shape'][0]}" if count < layer["shape"][0] else f"all {count}"
        assert f"{which} channels, most contrast first" in drawing
        assert f">channel {layer['channels'][-1]['channel']}<" in drawing


@pytest.mark.slow
def test_without_a_name_the_sheet_is_maps_png_unless_json_is_asked_for(capsys: CaptureFixture[str]) -> None:
    assert run("maps run digit.png --json") == 0
    assert json.loads(capsys.readouterr().out)["figure"] is None
    assert not Path("maps.png").exists()
    assert run("maps run digit.png") == 0
    *_, wrote, following = capsys.readouterr().out.splitlines()
    assert wrote == "wrote maps.png"
    with Image.open("maps.png") as image:
        assert image.width * 9 == image.height * 16 > 1000 * 16 / 2
    assert run(following.removeprefix("next: catseye ")) == 0
    assert Path("response.png").exists()
    assert run("maps run digit.png") == 0


def test_one_response_over_the_picture(capsys: CaptureFixture[str]) -> None:
    assert run("maps run digit.png --layer relu1 --channel 2 -o one.html --json") == 0
    (layer,) = json.loads(capsys.readouterr().out)["layers"]
    assert [channel["channel"] for channel in layer["channels"]] == [2]
    page = Path("one.html").read_text()
    assert "relu1, channel 2, of run on digit.png" in page
    assert "laid over the picture" in page


def test_first_filters(capsys: CaptureFixture[str]) -> None:
    assert run("maps run --filters --channels 2 -o filters.svg --json") == 0
    found = json.loads(capsys.readouterr().out)
    weights = catseye.Classifier.load("run").network.get_parameter("conv1.weight")
    assert found["layer"] == "conv1"
    assert found["shape"] == list(weights.shape)
    for one in found["filters"]:
        np.testing.assert_array_equal(np.float32(one["weights"]), weights[one["channel"]].numpy(force=True))
    assert "2 of 32 filters of 3×3" in Path("filters.svg").read_text()


@pytest.mark.parametrize("by", ["max", "mean"])
def test_what_excites_a_channel(capsys: CaptureFixture[str], by: str) -> None:
    line = f"maps run --data digits --split test[:50] --layer conv1 --channel 3 --count 4 --by {by} -o e.svg --json"
    assert run(line) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["pictures"], found["data"], found["measure"]) == (50, "digits, test[:50]", by)
    classifier, pictures = catseye.Classifier.load("run"), catseye.load("digits", split="test[:50]")
    import torch

    with torch.inference_mode():
        batch = classifier.preprocess.tensor(torch.from_numpy(pictures.batch(range(50))))
        maps = classifier.network.get_submodule("conv1")(batch)[:, 3].flatten(1)
    values = (maps.max(1).values if by == "max" else maps.mean(1)).numpy()
    assert [one["index"] for one in found["exciting"]] == np.argsort(-values, kind="stable")[:4].tolist()
    for one in found["exciting"]:
        assert one["response"] == pytest.approx(values[one["index"]], rel=1e-4)
        assert one["class_name"] == pictures.classes[pictures.labels[one["index"]]]
    assert ("Box: the receptive field" in Path("e.svg").read_text()) == (by == "max")
