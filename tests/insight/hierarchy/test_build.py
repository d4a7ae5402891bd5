"""From edges to a class: what is chosen, by rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.text import Text

import catseye
from catseye.errors import UsageError
from catseye.insight.hierarchy.build import _span
from catseye.insight.hierarchy.figure import sentences

if TYPE_CHECKING:
    from catseye.runs.run import Run


@pytest.mark.parametrize(
    ("centre", "field", "side", "expected"),
    [
        (10.0, 9, 28, (6, 14)),  # of 5.5 to 14.5, on whole pixels
        (1.0, 8, 28, (0, 8)),  # moved into the picture
        (112.0, 3, 224, (104, 120)),  # a fourteenth at least
        (220.0, 400, 224, (112, 224)),  # half at most
        (2.0, 3, 3, (0, 3)),
    ],
)
def test_a_patch_is_the_field_within_limits(centre: float, field: float, side: int, expected: tuple[int, int]) -> None:
    start, end = _span(centre, field, side)
    assert 0 <= start < end <= side
    assert end - start == pytest.approx(expected[1] - expected[0], abs=1)
    assert start == pytest.approx(expected[0], abs=1)


@pytest.mark.slow
def test_layers_channels_and_pictures_are_as_many_as_asked_for(digits_run: Run) -> None:
    found = catseye.hierarchy(digits_run, "digits", class_name="3", channels=2, count=2, steps=2)
    assert found.class_name == "3"
    assert found.searched == 359
    assert found.field == (8, 8)  # digits are 8×8, and the last layer is dense
    assert "sees the whole picture" in "".join(text.get_text() for text in found.figure().axes[0].texts)
    part = replace(found, field=(7, 6)).figure()
    assert "sees 7×6 of 8×8 pixels" in "".join(text.get_text() for text in part.axes[0].texts)
    told = found.to_json()
    for level in told["levels"]:
        assert len(level["examples"]) == 2
        first, second = level["examples"]
        assert first["contribution"] >= second["contribution"]
        assert [one["response"] for one in first["pictures"]] == sorted(
            (one["response"] for one in first["pictures"]), reverse=True
        )
    again = catseye.hierarchy(digits_run, "digits", class_name=3, channels=2, count=2, steps=2)
    assert again.to_json() == told
    assert np.array_equal(again.top.ideal.picture, found.top.ideal.picture)


@pytest.mark.slow
def test_ideal_pictures_are_sought_before_the_relu_where_gradients_live(digits_run: Run) -> None:
    found = catseye.hierarchy(digits_run, "digits", class_name=3, channels=2, count=1, steps=24)
    for level in found.levels:
        for example in level.examples:
            before = {"relu1": "norm1", "relu2": "norm2"}[level.layer]
            assert example.ideal.target.name == f"{level.layer}:{example.number}"  # whose response is told
            assert example.ideal.target.objective.layers == {before}
            assert example.ideal.score.response > example.ideal.snapshots[0].response  # that of the noise it began as


def test_without_a_class_it_is_the_most_probable_one(digits_run: Run) -> None:
    sevens = catseye.load("digits", split="test")
    sevens = sevens[sevens.labels == 7]
    pictures = np.stack([sevens.picture(index) for index in range(5)])
    found = catseye.hierarchy(digits_run, (pictures, [7] * 5), split="train", channels=1, count=1, steps=1)
    assert found.class_name == "7"


def test_numbers_out_of_range_and_networks_without_maps_are_refused(digits_run: Run) -> None:
    with pytest.raises(UsageError, match="levels must be between 1 and 6; got 0"):
        catseye.hierarchy(digits_run, "digits", levels=0)
    with pytest.raises(UsageError, match="steps must be at least 1; got 0"):
        catseye.hierarchy(digits_run, "digits", steps=0)
    with pytest.raises(UsageError, match="class"):
        catseye.hierarchy(digits_run, "digits", class_name="cat")
    dense = catseye.train("digits", "dense", epochs=1)
    with pytest.raises(UsageError, match="has no convolution"):
        catseye.hierarchy(dense, "digits")


def test_an_ideal_that_is_weaker_than_a_patch_is_named(digits_run: Run) -> None:
    found = catseye.hierarchy(digits_run, "digits", class_name="3", levels=1, channels=1, count=2, steps=2)
    (level,), example = found.levels, found.levels[0].examples[0]
    assert example.ideal.target.pooled == "middle"
    patch = example.patches[0]
    for share, is_weaker in ((0.9, True), (0.999, False), (1.5, False)):  # of the patch's response
        score = replace(example.ideal.score, response=share * patch.response)
        changed = replace(example, ideal=replace(example.ideal, score=score))
        answer = replace(found, levels=(replace(level, examples=(changed,)),))
        name = f"{level.layer}:{example.number}."
        assert answer.to_json()["levels"][0]["examples"][0]["ideal_is_weaker"] is is_weaker
        assert any("Weaker" in line and line.endswith(name) for line in sentences(answer)) is is_weaker
        assert any("Weaker than a real patch" in str(part) for part in answer.view().parts) is is_weaker
    assert not found.top.ideal_is_weaker  # a class sees everything


def test_a_channel_whose_patches_are_all_at_the_edge_is_named(digits_run: Run) -> None:
    found = catseye.hierarchy(digits_run, "digits", class_name="3", levels=1, channels=1, count=2, steps=2)
    (level,), example = found.levels, found.levels[0].examples[0]
    first, second = example.patches
    for edges in ((True, True), (True, False)):
        patches = (replace(first, at_edge=edges[0]), replace(second, at_edge=edges[1]))
        answer = replace(found, levels=(replace(level, examples=(replace(example, patches=patches),)),))
        assert any(line.startswith("At the edge") for line in sentences(answer)) is all(edges)
        assert answer.to_json()["levels"][0]["examples"][0]["responds_to_edge"] is all(edges)
        words = [text.get_text() for text in answer.view().figure().findobj(Text)]
        assert any("(at the edge)" in one for one in words) is all(edges)
