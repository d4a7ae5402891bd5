"""The page of feature maps can be projected: 16:9, large type, and nothing lies over anything else."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from catseye.classifier.prediction import Prediction
from catseye.insight.maps.maps import FeatureMaps, LayerMaps

SMALLEST = 14  # points on a page of 13.3 × 7.5 inches
CLASSES = ("a class whose name is far too long for its place on the page", "b", "c")


NESTED = "layer{}.0.downsample.conv2.weight"


def found(
    layers: int, channels: int, picture: tuple[int, int], count: int, name: str = "", stage: str = "stage{}"
) -> FeatureMaps:
    maps = np.random.default_rng(0).random((channels, 4, 4), np.float32)
    maps[0] -= 2  # a channel with negative responses, which needs a second scale
    prediction = Prediction("picture.png", CLASSES[0], 0.99, np.array([0.99, 0.009, 0.001]), CLASSES)
    name = name or "blocks.{}.1.activation"
    named = tuple(LayerMaps(name.format(number), maps, stage.format(number)) for number in range(layers))
    return FeatureMaps(prediction, np.zeros((3, *picture), np.uint8), named, "a-run-with-a-long-name", count)


@pytest.mark.parametrize(
    ("layers", "channels", "picture", "count"),
    [(5, 1000, (224, 224), 8), (1, 40, (28, 28), 40), (2, 16, (60, 90), 16), (3, 5, (90, 60), 8), (1, 1, (8, 8), 1)],
)
@pytest.mark.parametrize(("name", "stage"), [("", "stage{}"), (NESTED, ""), (NESTED, "stage{}")])
def test_a_page_is_legible_at_the_back_of_the_room(
    layers: int, channels: int, picture: tuple[int, int], count: int, name: str, stage: str
) -> None:
    shown = found(layers, channels, picture, count, name, stage)
    figure = shown.figure()
    width, height = figure.get_size_inches()
    assert (width, height) == pytest.approx((40 / 3, 7.5))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    texts = [text for text in figure.findobj(Text) if isinstance(text, Text) and text.get_text()]
    assert min(float(text.get_fontsize()) for text in texts) >= SMALLEST
    boxes = [text.get_window_extent() for text in texts]
    wide, tall = canvas.get_width_height()
    assert all(0 <= box.x0 < box.x1 <= wide and 0 <= box.y0 < box.y1 <= tall for box in boxes)
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    (axes,) = figure.axes
    images = [image.get_window_extent() for image in axes.images]
    assert len(images) == 1 + layers * min(count, channels) + 2  # the picture, the maps, and two scales
    assert not any(one.overlaps(other) for one, other in combinations(images, 2))
    assert not any(image.overlaps(box) for image in images for box in boxes)
    assert {str(channel.channel) for channel in shown.layers[0].clearest(count)} <= {text.get_text() for text in texts}


def test_the_nested_name_of_a_layer_is_whole() -> None:
    figure = found(5, 8, (224, 224), 8, NESTED, "").figure()
    lines = [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)]
    assert NESTED.format(3) in "".join(lines)
