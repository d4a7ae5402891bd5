"""``catseye.maps`` takes classifiers, pictures and data in any form, and answers with what can show itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

import catseye
from catseye.errors import UsageError
from catseye.insight.maps.channel_response import ChannelResponse
from catseye.insight.maps.filters import Filters
from catseye.insight.maps.maps import FeatureMaps
from catseye.insight.maps.top_pictures import TopPictures
from catseye.verbs.feature_maps import maps

if TYPE_CHECKING:
    from catseye.runs.run import Run


@pytest.fixture
def digit() -> Any:
    return catseye.load("digits", split="test").picture(0)


def test_a_picture_is_a_path_an_image_or_an_array_and_a_classifier_a_run_or_a_path(
    digits_run: Run, digit: Any, tmp_path: Path
) -> None:
    path = tmp_path / "digit.png"
    image = Image.fromarray(digit[:, :, 0])
    image.save(path)
    assert digits_run.folder
    found = [maps(digits_run, digit), maps(digits_run.classifier, image), maps(str(digits_run.folder), path)]
    for one in found:
        assert isinstance(one, FeatureMaps)
        assert [layer.layer for layer in one.layers] == ["relu1", "relu2"]
        assert np.array_equal(one.layers[0].maps, found[0].layers[0].maps)  # type: ignore[union-attr]
    names = [(one.to_json()["classifier"], one.to_json()["picture"]) for one in found]
    network = digits_run.classifier.network_name
    assert names == [
        (digits_run.folder.name, "picture"),
        (network, "picture"),
        (str(digits_run.folder), str(path)),
    ]


def test_what_is_asked_for_decides_what_the_answer_is(digits_run: Run, digit: Any) -> None:
    digits = catseye.load("digits")
    one = maps(digits_run, digit, layer="relu1", channel=2)
    assert isinstance(one, ChannelResponse)
    assert one.to_json()["layers"][0]["channels"][0]["channel"] == 2
    assert isinstance(maps(digits_run, filters=True, channels=3), Filters)
    top = maps(digits_run, data=digits, split="test[:20]", layer=["relu1"], channel=2, count=2)
    named = maps(digits_run, data="digits", split="test[:20]", layer="relu1", channel=2, count=2)
    assert isinstance(top, TopPictures)
    assert top.to_json() == named.to_json()
    assert top.data == "digits, test[:20]"


@pytest.mark.slow
def test_a_page_is_drawn_unless_everything_is_asked_for_or_it_does_not_fit(digits_run: Run, digit: Any) -> None:
    for options, long in (
        ({}, False),
        ({"all_layers": True}, True),
        ({"channels": 16}, False),
        ({"channels": 32}, True),
        ({"channels": 32, "layer": "relu1"}, False),
    ):
        found = maps(digits_run, digit, **options)
        assert isinstance(found, FeatureMaps)
        width, height = found.figure().get_size_inches()
        assert (found.long, width / height == pytest.approx(16 / 9)) == (long, not long)


@pytest.mark.slow
def test_every_answer_is_short_in_print_and_whole_in_a_notebook(digits_run: Run, digit: Any) -> None:
    for found in (
        maps(digits_run, digit),
        maps(digits_run, digit, layer="relu1", channel=2),
        maps(digits_run, filters=True),
        maps(digits_run, data="digits", split="test[:20]", layer="relu1", channel=2),
    ):
        assert len(repr(found)) < 120
        assert "array" not in str(found)
        page = found._repr_html_()
        assert "<table" in page
        assert "data:image/png;base64," in page


def test_what_does_not_go_together_is_said(digits_run: Run, digit: Any) -> None:
    with pytest.raises(UsageError, match="exactly one of a picture, data and filters"):
        maps(digits_run)
    with pytest.raises(UsageError, match="channel needs exactly one layer; got 0"):
        maps(digits_run, digit, channel=1)
    with pytest.raises(UsageError, match="has the channels 0 to 31; got 32"):
        maps(digits_run, digit, layer="relu1", channel=32)
