"""Keras itself judges: the same predictions from its files, and from ours in it. Run by ``make test-extras``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from catseye import Classifier
from catseye.errors import UsageError
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess
from catseye.networks.backbones.vgg import VGG
from catseye.networks.lessons import LESSON_TEXTS
from catseye.networks.registry import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from catseye.arrays import Floats, Pixels

pytestmark = [pytest.mark.extras, pytest.mark.filterwarnings("ignore")]
TOLERANCE = 1e-5
_TEXTS = (
    *LESSON_TEXTS.values(),
    "conv 8 5x5 same stride 2 gelu, batch norm, pool 3x3 same stride 2, flatten, batch norm, dense 9 no bias tanh",
    "conv 6 4x4 padding 2 stride 2 linear, layer norm, relu6, pool average 3x3 stride 2, upsample, conv 4, pool global",
    "conv 6 3x5 depthwise leaky relu, conv 6 groups 3 dilation 2, upsample 3 bilinear, pool global max, dense 8 selu",
    "conv 4 elu, conv 4 silu, conv 4 mish, conv 4 softplus, conv 4 hard swish, conv 4 sigmoid, flatten, layer norm",
)


@pytest.fixture(scope="module")
def keras() -> Any:
    """Keras on PyTorch, where it is installed."""
    if os.environ.get("KERAS_BACKEND") != "torch":
        pytest.skip("make test-extras runs this, in an environment of its own")
    return pytest.importorskip("keras")


def pixels(shape: tuple[int, int, int]) -> Pixels:
    """Return a batch of noise (B, H, W, C)."""
    return np.random.default_rng(0).integers(0, 256, (6, *shape), dtype=np.uint8)


def randomise(network: torch.nn.Module) -> None:
    """Give normalisation layers something to do."""
    generator = torch.Generator().manual_seed(1)
    for name, value in network.state_dict().items():
        if "norm" in name and value.is_floating_point():
            value.uniform_(0.5, 2, generator=generator)


@pytest.mark.parametrize("text", _TEXTS)
@pytest.mark.parametrize("shape", [(28, 28, 1), (21, 24, 3)])
def test_keras_answers_as_we_do(keras: Any, text: str, shape: tuple[int, int, int], tmp_path: Path) -> None:
    channels = shape[2]
    mean, std = (0.5, 0.4, 0.3)[:channels], (0.2, 0.3, 0.25)[:channels]
    network = build(text, shape, 7).eval()
    randomise(network)
    own = Classifier(network, text, {}, Preprocess(*shape, mean, std), tuple("abcdefg"), Calibration(1.7, 10), {})
    batch = pixels(shape)
    wanted = own.probabilities(batch.transpose(0, 3, 1, 2))
    model = keras.saving.load_model(own.save(tmp_path / "m.keras"))
    assert np.abs(model.predict(batch.astype("float32"), verbose=0) - wanted).max() < TOLERANCE
    assert wanted.std(0).max() > 1e-4  # they depend on the picture
    own.save(tmp_path / "m.weights.h5")
    for value in model.weights:
        value.assign(np.zeros(value.shape))
    model.load_weights(tmp_path / "m.weights.h5")
    assert np.abs(model.predict(batch.astype("float32"), verbose=0) - wanted).max() < TOLERANCE


def lesson(keras: Any, *layers: Any, shape: tuple[int, ...] = (28, 28, 1)) -> Any:
    """Return a model as lessons write them."""
    return keras.Sequential([keras.Input(shape), *layers])


def convnet(k: Any) -> Any:
    """The lessons' convnet."""
    wide = [k.layers.Conv2D(32, 3, activation="relu"), k.layers.MaxPooling2D(2)]
    deep = [k.layers.Conv2D(64, 3, activation="relu"), k.layers.MaxPooling2D(2), k.layers.Conv2D(128, 3)]
    return lesson(k, *wide, *deep, k.layers.ReLU(), k.layers.Flatten(), k.layers.Dense(10, activation="softmax"))


def dense(k: Any) -> Any:
    """The beginner's network for pictures without channels."""
    hidden = k.layers.Dense(64, activation="relu")
    return lesson(
        k, k.layers.Flatten(), hidden, k.layers.Dropout(0.2), k.layers.Dense(10), k.layers.Softmax(), shape=(28, 28)
    )


def cats_and_dogs(k: Any) -> Any:
    """Augmentation, rescaling, strides, normalisation, one sigmoid unit."""
    augmentation = k.Sequential([k.layers.RandomFlip("horizontal"), k.layers.RandomRotation(0.1)])
    first = [k.layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False), k.layers.BatchNormalization()]
    second = [k.layers.Activation("relu"), k.layers.MaxPooling2D(3, strides=2, padding="same"), k.layers.Flatten()]
    last = [k.layers.BatchNormalization(scale=False), k.layers.Dropout(0.5), k.layers.Dense(1, activation="sigmoid")]
    return lesson(k, augmentation, k.layers.Rescaling(1 / 255), *first, *second, *last, shape=(30, 28, 3))


def functional(k: Any) -> Any:
    """One layer behind the other, in the functional form."""
    pictures = k.Input((33, 31, 3))
    maps = k.layers.ZeroPadding2D(2)(k.layers.Rescaling(1 / 127.5, offset=-1)(pictures))
    maps = k.layers.LayerNormalization()(k.layers.Conv2D(8, 5, strides=2)(maps))
    maps = k.layers.AveragePooling2D(3, strides=2)(k.layers.ReLU(max_value=6)(maps))
    maps = k.layers.Conv2D(6, 4, padding="same", groups=2, activation="gelu")(k.layers.UpSampling2D(2)(maps))
    return k.Model(pictures, k.layers.Dense(4, activation="softmax")(k.layers.GlobalAveragePooling2D()(maps)))


def separable(k: Any) -> Any:
    """Depthwise and separable convolutions, uneven padding, cropping, a slope, maps of one place."""
    first = [k.layers.ZeroPadding2D(((0, 1), (0, 1))), k.layers.Conv2D(6, 3, strides=2), k.layers.LeakyReLU()]
    deep = [k.layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same"), k.layers.BatchNormalization()]
    wide = [
        k.layers.SeparableConv2D(8, 3, activation="leaky_relu", depth_multiplier=2),
        k.layers.ReLU(negative_slope=0.1),
    ]
    sides = [k.layers.ZeroPadding2D((1, 2)), k.layers.MaxPooling2D(3, strides=2), k.layers.Cropping2D(((1, 0), (0, 2)))]
    last = [k.layers.Dense(7, activation="gelu"), k.layers.GlobalAveragePooling2D(keepdims=True), k.layers.Dropout(0.1)]
    head = [k.layers.Conv2D(4, 1), k.layers.Reshape((4,)), k.layers.Activation("log_softmax")]
    return lesson(k, k.layers.Rescaling(1 / 255), *first, *deep, *wide, *sides, *last, *head, shape=(32, 28, 3))


def adapted(k: Any) -> Any:
    """Normalisation whose mean and deviation are weights, inverted values, rescaling between layers."""
    normalise = k.layers.Normalization()
    normalise.adapt(np.random.default_rng(0).uniform(50, 200, (40, 16, 16, 3)).astype("float32"))
    layers = [k.layers.Rescaling(-1, offset=1), k.layers.Conv2D(4, 3), k.layers.Rescaling(0.5, offset=-1)]
    return lesson(k, normalise, *layers, k.layers.Flatten(), k.layers.Dense(3, activation="softmax"), shape=(16, 16, 3))


@pytest.mark.parametrize("make", [convnet, dense, cats_and_dogs, functional, separable, adapted])
def test_we_answer_as_keras_does(keras: Any, make: Callable[[Any], Any], tmp_path: Path) -> None:
    model = make(keras)
    model.compile("adam", "categorical_crossentropy")
    generator = np.random.default_rng(0)
    for value in model.weights:
        if any(word in value.path for word in ("gamma", "beta", "moving")):
            value.assign(generator.uniform(0.5, 2, value.shape))
    model.save(tmp_path / "m.keras")
    found = Classifier.load(tmp_path / "m.keras")
    batch = pixels(found.preprocess.shape)
    scale = (
        1 if any(word in str([layer.name for layer in model.layers]) for word in ("rescaling", "normal")) else 1 / 255
    )
    given: Floats = batch.astype("float32") * scale
    wanted = model.predict(given[..., 0] if len(model.input_shape) == 3 else given, verbose=0)
    if wanted.shape[1] == 1:
        wanted = np.concatenate([1 - wanted, wanted], 1)
    if make is separable:
        wanted = np.exp(wanted)
    answers = found.probabilities(batch.transpose(0, 3, 1, 2))
    assert np.abs(answers - wanted).max() < TOLERANCE
    again = keras.saving.load_model(found.save(tmp_path / "again.keras"))
    assert np.abs(again.predict(batch.astype("float32"), verbose=0) - answers).max() < TOLERANCE
    model.save(tmp_path / "legacy.h5")
    assert (Classifier.load(tmp_path / "legacy.h5").probabilities(batch.transpose(0, 3, 1, 2)) == answers).all()
    if make in (convnet, dense, functional):  # the others' files have layers that no text has
        model.save_weights(tmp_path / "m.weights.h5")
        own = found.preprocess
        alone = Classifier.load(
            tmp_path / "m.weights.h5", found.network_name, shape=own.shape, mean=own.mean, std=own.std
        )
        assert np.abs(alone.probabilities(batch.transpose(0, 3, 1, 2)) - wanted).max() < TOLERANCE


def test_vgg_without_its_dense_layers_gives_the_maps_that_keras_gives(keras: Any, tmp_path: Path) -> None:
    model = keras.applications.VGG16(weights=None, include_top=False)
    batch = pixels((64, 64, 3))[:2]
    wanted = model.predict(keras.applications.vgg16.preprocess_input(batch.astype("float32")), verbose=0)
    for name in ("m.weights.h5", "m.keras", "m.h5"):
        (model.save_weights if "weights" in name else model.save)(tmp_path / name)
        found = Classifier.pretrained("vgg16", weights=tmp_path / name)
        assert isinstance(found.network, VGG)
        with torch.inference_mode():
            maps = found.network.features(found.preprocess.tensor(torch.from_numpy(batch.transpose(0, 3, 1, 2).copy())))
        assert np.abs(maps.numpy().transpose(0, 2, 3, 1) - wanted).max() < TOLERANCE
        with pytest.raises(UsageError, match="vgg16 has no classes, as its weights have no dense layers"):
            found.probabilities(np.zeros((1, 3, 224, 224), np.uint8))
