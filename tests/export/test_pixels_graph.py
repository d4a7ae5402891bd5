"""A graph's pixels are those of ``Preprocess``, for pictures of every size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from catseye.export.openvino_operations import OpenVinoOperations
from catseye.export.pixels_graph import preprocess_pictures
from catseye.images.preprocess import Preprocess

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Floats, Pixels

onnxruntime = pytest.importorskip("onnxruntime")

PREPROCESSES = (
    Preprocess(8, 8, 1),
    Preprocess(28, 28, 3, interpolation="bicubic"),
    Preprocess(32, 20, 3, crop_share=0.875),
    Preprocess(64, 64, 3, crop_share=0.9, interpolation="bicubic"),
    Preprocess(15, 40, 1, crop_share=0.95),
)
SIDES = ((1, 1), (1, 300), (300, 1), (2, 3), (17, 5), (64, 64), (63, 64), (90, 121), (333, 250), (700, 901))


def onnx_pixels(preprocess: Preprocess) -> Callable[[Pixels], Floats]:
    from onnx import TensorProto, helper

    from catseye.export.onnx_operations import OnnxOperations

    ops = OnnxOperations()
    result = ops.named(preprocess_pictures(ops, preprocess, "picture"), "pixels")
    given = helper.make_tensor_value_info("picture", TensorProto.UINT8, ["N", "H", "W", 3])
    found = helper.make_tensor_value_info(result, TensorProto.FLOAT, ["N", None, None, None])
    session = onnxruntime.InferenceSession(ops.model([given], [found], "pixels").SerializeToString())
    return lambda pictures: session.run(None, {"picture": pictures})[0]


def openvino_pixels(preprocess: Preprocess) -> Callable[[Pixels], Floats]:
    import openvino
    from openvino import opset15

    from catseye.inference.openvino_plugin import compile_model

    given = opset15.parameter([-1, -1, -1, 3], openvino.Type.u8, "picture")
    graph = openvino.Model([preprocess_pictures(OpenVinoOperations(), preprocess, given)], [given], "pixels")
    model: Any = compile_model(graph, {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda pictures: model(pictures)[0].copy()


def noisy(height: int, width: int, number: int) -> Pixels:
    """Return noise, of black and white alone in every other picture: sums of those are ties more often."""
    values = np.random.default_rng(number).integers(0, 256, (height, width, 3), np.uint8)
    return values if number % 2 else np.where(values > 127, 255, 0).astype(np.uint8)


@pytest.mark.slow  # it compiles a graph for each preprocess
@pytest.mark.parametrize("preprocess", PREPROCESSES, ids=repr)
def test_onnx_runtime_computes_the_same_pixels_to_the_bit(preprocess: Preprocess) -> None:
    compute = onnx_pixels(preprocess)
    own = preprocess.height, preprocess.width
    for number, (height, width) in enumerate((*SIDES, own, (own[0], own[1] + 1))):
        picture = noisy(height, width, number)
        np.testing.assert_array_equal(compute(picture[None])[0], preprocess.pixels(picture), f"{height}×{width}")


@pytest.mark.slow
@pytest.mark.parametrize("preprocess", PREPROCESSES, ids=repr)
def test_openvino_which_computes_weights_in_single_precision_differs_by_a_level_in_one_value_of_a_thousand(
    preprocess: Preprocess,
) -> None:
    compute = openvino_pixels(preprocess)
    different = values = 0
    for number, (height, width) in enumerate(SIDES):
        picture = noisy(height, width, number)
        expected = preprocess.pixels(picture)
        apart = np.abs(compute(picture[None])[0] - expected)
        assert apart.max() <= 1
        different, values = different + int((apart > 0).sum()), values + expected.size
    assert different <= values / 1000


@pytest.mark.slow
def test_several_pictures_of_one_size_come_out_as_each_alone() -> None:
    compute = onnx_pixels(PREPROCESSES[2])
    pictures = np.stack([noisy(50, 70, number) for number in range(3)])
    np.testing.assert_array_equal(compute(pictures), np.concatenate([compute(one[None]) for one in pictures]))
