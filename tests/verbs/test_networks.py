"""``convolve`` and ``receptive_field`` take pictures and matrices in any form."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from torch import nn

from catseye.errors import UsageError
from catseye.verbs.networks import convolve, receptive_field, summary

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.runs.run import Run


def test_a_matrix_is_an_array_lists_or_text() -> None:
    for source in ([[1, 2], [3, 5]], np.array([[1, 2], [3, 5]]), "1 2; 3 5"):
        worked = convolve(source, kernel=[[1, 0], [0, -1]])
        assert worked.output.tolist() == [[-4]]
        assert repr(worked) == "WorkedExample(cross-correlation of the matrix, 2×2 to 1×1)"
    with pytest.raises(UsageError, match="the rows of a matrix are equally long; row 1 has 2 numbers, row 2 has 1"):
        convolve([[1, 2], [3]])


def test_a_picture_is_a_path_an_image_or_an_array(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 6, 3), np.uint8)
    image = Image.fromarray(pixels)
    image.save(tmp_path / "picture.png")
    for source in (pixels, image, tmp_path / "picture.png", str(tmp_path / "picture.png")):
        grey = convolve(source, kernel="identity")
        assert grey.output.tolist() == np.asarray(image.convert("L"))[1:-1, 1:-1].tolist()
        colour = convolve(source, kernel="identity", colour=True)
        assert colour.output.tolist() == pixels.sum(2, dtype=int)[1:-1, 1:-1].tolist()


def test_steps_and_pooling_are_asked_for_in_numbers() -> None:
    worked = convolve("drawing", stride=(2, 1), pool="max", pool_size=3, pool_padding="same", steps=2)
    assert worked.pooled is not None
    assert worked.pooled.tolist() == [[2]]
    assert len(worked.to_json()["steps"]) == 2
    assert repr(worked) == "WorkedExample(cross-correlation and max pooling of drawing, 5×4 to 2×2 to 1×1)"
    with pytest.raises(UsageError, match="need pool, its kind"):
        convolve("drawing", pool_size=3)
    with pytest.raises(UsageError, match="steps must be at least 1; got 0"):
        convolve("drawing", steps=0)


@pytest.mark.slow
def test_receptive_fields_are_a_table_and_a_figure_over_a_picture_or_an_empty_frame(digits_run: Run) -> None:
    alone = receptive_field("convnet")
    assert "data:image/png;base64," in alone._repr_html_()
    assert "<img" not in receptive_field("dense")._repr_html_()  # it has no maps: the table alone
    assert receptive_field("dense").figure()  # the table, set as one
    over = receptive_field(digits_run, np.zeros((8, 8), np.uint8))
    assert "data:image/png;base64," in over._repr_html_()
    assert [field.layer for field in over.fields] == [layer["layer"] for layer in over.to_json()["layers"]]
    with pytest.raises(UsageError, match="dense has no maps"):
        receptive_field("dense", np.zeros((28, 28), np.uint8))


def test_summary_says_why_train_refuses_a_module(caplog: pytest.LogCaptureFixture) -> None:
    layers = (nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(4 * 36, 3))
    with caplog.at_level(logging.WARNING, "catseye"):
        summary(nn.Sequential(*layers), shape="8x8x1")  # as many classes as it returns numbers
        assert not caplog.text
        summary(nn.Sequential(*layers, nn.LogSoftmax(1)), shape="8x8x1")
        assert not caplog.text
        summary(nn.Sequential(*layers, nn.Softmax(1)), shape="8x8x1")
        summary(nn.Sequential(*layers), shape="8x8x1", classes=2)
        summary(layers[0], shape="8x8x1")
    probabilities, classes, maps = caplog.messages
    assert probabilities.startswith(
        "catseye.train refuses this network: the network must return logits, but its outputs"
    )
    assert classes.endswith(
        "the network must return logits (B, 2), one for each class; for 2 pictures it returns (2, 3)."
    )
    assert maps.endswith("for 2 pictures it returns (2, 4, 6, 6).")


def test_a_last_layer_of_too_many_units_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "catseye"):
        for text in ("flatten, dense 12 relu", "flatten, dense 10", "conv 32, pool", "dense"):
            summary(text)
        summary("flatten, dense 12", classes=12)
        assert not caplog.text
        summary("flatten, dense 12")
        receptive_field("conv 4, flatten, dense 12")
    assert len(caplog.messages) == 2
    assert len(set(caplog.messages)) == 1
    assert "the text ends with dense 12, but there are 10 classes: dense 10 is added behind it" in caplog.text
