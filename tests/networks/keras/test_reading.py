"""Keras files become networks with the same answers; what cannot is refused, and so is what is hostile."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest
import torch

from catseye.errors import CatseyeError, UsageError
from catseye.networks.keras.reading import read_keras_network, read_keras_weights
from catseye.networks.registry import build
from tests.networks.keras.models import h5, keras_file, layer, sequential

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Floats

_RNG = np.random.default_rng(0)
KERNEL, BIAS = _RNG.normal(size=(2, 2, 3, 2)), np.array([0.5, -0.25])
DENSE, OFFSET = _RNG.normal(size=(8, 3)), np.array([0.1, 0.2, -0.3])
MODEL = sequential((3, 3, 3), layer("Conv2D", filters=2), layer("Flatten"), layer("Dense", units=3))
WEIGHTS = {"conv2d": [KERNEL, BIAS], "dense": [DENSE, OFFSET]}


def logits(path: Path, pictures: Floats, shape: tuple[int, int, int] | None = None) -> Floats:
    """Return what the network in a file answers for pictures (B, H, W, C)."""
    network = read_keras_network(path, shape).network
    with torch.inference_mode():
        answers: Floats = network(torch.from_numpy(pictures.transpose(0, 3, 1, 2)).float()).numpy()
    return answers


def convolved(pictures: Floats) -> Floats:
    """Return what ``conv2d`` makes of pictures (B, 3, 3, 3), window by window, in the order that Keras keeps."""
    windows = [[pictures[:, y : y + 2, x : x + 2] for x in range(2)] for y in range(2)]
    return np.stack([np.stack([np.einsum("bhwc,hwcf->bf", w, KERNEL) + BIAS for w in row], 1) for row in windows], 1)


def test_kernels_and_flattened_values_keep_their_places(tmp_path: Path) -> None:
    pictures = _RNG.random((4, 3, 3, 3))
    wanted = convolved(pictures).reshape(4, -1) @ DENSE + OFFSET
    found = read_keras_network(keras_file(tmp_path / "m.keras", MODEL, h5(WEIGHTS)), None)
    assert str(found.translation.definition) == "conv 2 2x2 linear, flatten, dense 3"
    assert np.allclose(logits(tmp_path / "m.keras", pictures), wanted, atol=1e-5)


def test_normalisation_behind_flatten_keeps_its_places(tmp_path: Path) -> None:
    mean, variance, beta = _RNG.normal(size=(3, 8))
    variance = variance**2 + 0.5
    norm = layer("BatchNormalization", axis=-1, epsilon=0.001, scale=False)
    model = sequential((3, 3, 3), layer("Conv2D", filters=2), layer("Flatten"), norm, layer("Dense", units=3))
    path = keras_file(tmp_path / "m.keras", model, h5(WEIGHTS | {"batch_normalization": [beta, mean, variance]}))
    pictures = _RNG.random((4, 3, 3, 3))
    values = (convolved(pictures).reshape(4, -1) - mean) / np.sqrt(variance + 0.001) + beta
    assert np.allclose(logits(path, pictures), values @ DENSE + OFFSET, atol=1e-5)


def test_a_sigmoid_unit_becomes_two_classes_with_the_same_probabilities(tmp_path: Path) -> None:
    model = sequential((2, 2, 1), layer("Flatten"), layer("Dense", units=1, activation="sigmoid"))
    path = keras_file(tmp_path / "m.keras", model, h5({"dense": [np.array([[1.0], [2], [3], [4]]), np.array([-2.0])]}))
    answers = logits(path, np.full((1, 2, 2, 1), 0.3))  # 0.3 × 10 - 2 = 1
    assert answers == pytest.approx(np.array([[0, 1]]))


def test_values_that_no_dense_layer_returns_are_logits_too(tmp_path: Path) -> None:
    model = sequential((3, 3, 3), layer("Conv2D", filters=2), layer("GlobalAveragePooling2D"), layer("Softmax"))
    path = keras_file(tmp_path / "m.keras", model, h5({"conv2d": [KERNEL, BIAS]}))
    pictures = _RNG.random((4, 3, 3, 3))
    assert np.allclose(logits(path, pictures), convolved(pictures).mean((1, 2)), atol=1e-5)


def test_values_in_one_row_are_those_of_pictures_of_the_stated_shape(tmp_path: Path) -> None:
    path = keras_file(tmp_path / "m.keras", sequential((8,), layer("Dense", units=3)), h5({"dense": [DENSE, OFFSET]}))
    with pytest.raises(UsageError, match="takes 8 values in one row: say which height, width and channels"):
        read_keras_network(path, None)
    with pytest.raises(UsageError, match="takes 8 values in one row"):
        read_keras_network(path, (3, 3, 1))
    pictures = _RNG.random((2, 2, 4, 1))
    assert np.allclose(logits(path, pictures, (2, 4, 1)), pictures.reshape(2, 8) @ DENSE + OFFSET, atol=1e-5)


def test_rescaling_and_what_acts_in_training_only_are_told(tmp_path: Path) -> None:
    inner = sequential((3, 3, 3), layer("RandomFlip"), layer("Rescaling", scale=0.5, offset=[-1, 0, 1]))
    layers = (inner, layer("Normalization", mean=[1, 1, 1], variance=[4, 4, 4]), *MODEL["config"]["layers"][1:])
    path = keras_file(tmp_path / "m.keras", sequential((None, None, 3), *layers), h5(WEIGHTS))
    found = read_keras_network(path, (3, 3, 3)).translation
    assert found.left_out == ("RandomFlip",)
    assert found.rescales
    assert found.scale.tolist() == [0.25] * 3
    assert found.offset.tolist() == [-1, -0.5, 0]


def test_an_adapted_normalisation_becomes_the_classifiers(tmp_path: Path) -> None:
    model = sequential((3, 3, 3), layer("Normalization", axis=[-1]), *MODEL["config"]["layers"][1:])
    weights = {"normalization": [np.array([100, 120, 140]), np.array([4, 16, 64])], **WEIGHTS}
    found = read_keras_network(keras_file(tmp_path / "m.keras", model, h5(weights)), None).translation
    assert str(found.definition) == "conv 2 2x2 linear, flatten, dense 3"
    assert found.rescales  # a mean above 1 is none of values from 0 to 1
    assert found.scale.tolist() == [0.5, 0.25, 0.125]
    assert found.offset.tolist() == [-50, -30, -17.5]
    dark = h5({"normalization": [np.array([0.4, 0.5, 0.3]), np.ones(3)], **WEIGHTS})
    assert not read_keras_network(keras_file(tmp_path / "d.keras", model, dark), None).translation.rescales


def test_uneven_padding_moves_the_maps(tmp_path: Path) -> None:
    pad = layer("ZeroPadding2D", padding=[[0, 2], [1, 0]])
    model = sequential(
        (2, 3, 1), pad, layer("MaxPooling2D", pool_size=1, strides=1), layer("Flatten"), layer("Softmax")
    )
    path = keras_file(tmp_path / "m.keras", model, h5({}))
    pictures = np.arange(6.0).reshape(1, 2, 3, 1)
    wanted = [[0, 0, 1, 2], [0, 3, 4, 5], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert logits(path, pictures).tolist() == [np.ravel(wanted).tolist()]


def test_padding_as_same_would_add_it_is_same(tmp_path: Path) -> None:
    pad, conv = layer("ZeroPadding2D", padding=[[0, 1], [0, 1]]), layer("Conv2D", filters=2, strides=[2, 2])
    model = sequential((3, 3, 3), pad, conv, layer("Flatten"), layer("Dense", units=3))
    found = read_keras_network(keras_file(tmp_path / "m.keras", model, h5(WEIGHTS)), None)
    assert str(found.translation.definition) == "conv 2 2x2 same stride 2 linear, flatten, dense 3"


def test_a_separable_convolution_becomes_two(tmp_path: Path) -> None:
    depthwise, pointwise = _RNG.normal(size=(2, 2, 3, 2)), _RNG.normal(size=(1, 1, 6, 2))
    how = {"kernel_size": [2, 2], "strides": [1, 1], "dilation_rate": [1, 1], "depth_multiplier": 2, "filters": 2}
    model = sequential((3, 3, 3), layer("SeparableConv2D", **how), layer("Dense", units=3), layer("Flatten"))
    weights = {"separable_conv2d": [depthwise, pointwise, BIAS], "dense": [_RNG.normal(size=(2, 3)), OFFSET]}
    path = keras_file(tmp_path / "m.keras", model, h5(weights))
    pictures = _RNG.random((4, 3, 3, 3))
    windows = [[pictures[:, y : y + 2, x : x + 2] for x in range(2)] for y in range(2)]
    each = [[np.einsum("bhwc,hwcm->bcm", w, depthwise).reshape(4, 6) for w in row] for row in windows]
    maps = np.stack([np.stack(row, 1) for row in each], 1) @ pointwise[0, 0] + BIAS
    wanted = (maps @ weights["dense"][0] + OFFSET).reshape(4, -1)
    assert np.allclose(logits(path, pictures), wanted, atol=1e-5)


def test_a_dense_layer_on_columns_is_refused(tmp_path: Path) -> None:
    model = sequential((3, 3), layer("Dense", units=3), layer("Flatten"))
    with pytest.raises(CatseyeError, match="acts on the columns of pictures without channels; put Reshape or Flatten"):
        read_keras_network(keras_file(tmp_path / "m.keras", model, h5(WEIGHTS)), None)


def linked(*sources: str) -> dict[str, Any]:
    """Return a Functional model of the three layers of ``MODEL``, each of which takes what it names."""
    layers = []
    for number, (own, source) in enumerate(zip(MODEL["config"]["layers"], ["", *sources], strict=True)):
        history = [{"config": {"keras_history": [name, 0, 0]}} for name in source.split("+") if name]
        name = own["config"]["name"]
        layers.append(own | {"name": name, "inbound_nodes": [{"args": history}] if number else []})
    return {"class_name": "Functional", "config": {"layers": layers}}


def test_functional_models_are_read_where_one_layer_follows_the_other(tmp_path: Path) -> None:
    pictures = _RNG.random((4, 3, 3, 3))
    line = keras_file(tmp_path / "f.keras", linked("inputlayer", "conv2d", "flatten"), h5(WEIGHTS))
    same = keras_file(tmp_path / "s.keras", MODEL, h5(WEIGHTS))
    assert (logits(line, pictures) == logits(same, pictures)).all()
    for sources in (("inputlayer", "inputlayer", "flatten"), ("inputlayer", "conv2d", "flatten+conv2d")):
        with pytest.raises(CatseyeError, match="does not take exactly what the layer before it returns"):
            read_keras_network(keras_file(tmp_path / "x.keras", linked(*sources), h5(WEIGHTS)), None)


def test_a_layer_that_is_used_twice_is_named(tmp_path: Path) -> None:
    model = linked("inputlayer", "conv2d", "flatten")
    shared = model["config"]["layers"][1]
    shared["inbound_nodes"] *= 2
    with pytest.raises(CatseyeError, match=r"layer conv2d \(Conv2D\) is used 2 times, with the same weights\. Only"):
        read_keras_network(keras_file(tmp_path / "x.keras", model, h5(WEIGHTS)), None)


@pytest.mark.parametrize("own", ["separable_conv2d", "depthwise_conv2d", "sequential/layers/conv2d"])
def test_weights_of_layers_that_a_text_names_otherwise_need_the_whole_model(own: str, tmp_path: Path) -> None:
    (tmp_path / "m.weights.h5").write_bytes(h5({own: WEIGHTS["conv2d"], "dense": WEIGHTS["dense"]}))
    network = build("conv 2 2x2 linear, flatten, dense 3", (3, 3, 3), 3)
    message = rf"conv2d has 0 variables instead of 2; but it has layers/{own}\. Save the whole model .* convert that"
    with pytest.raises(CatseyeError, match=message):
        read_keras_weights(tmp_path / "m.weights.h5", network, (3, 3, 3))


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        (layer("PReLU"), r"layer prelu \(PReLU\) learns its slopes, which no text has; use ReLU or LeakyReLU"),
        (layer("Hologram"), "has no words in a network's text; leave it out or replace it"),
        (layer("Lambda", function={"code": "4wEAAAA"}), "holds code, which is never run; build the model with Keras's"),
        (layer("Conv2D", filters=2) | {"module": "mine"}, "layer Conv2D is a class of somebody's own, which is code"),
        (layer("RandomCrop", height=2, width=2), "crops in use too"),
        (layer("Cropping2D", cropping=2), "leaves nothing of maps of 3×3"),
        (
            layer("Dense") | {"module": None, "registered_name": "Dense"},
            "layer Dense is a class of somebody's own, which is code",
        ),
        (layer("Conv2D", filters=2, data_format="channels_first"), "must have data_format channels_last"),
        (layer("Conv2D", filters=2.5), "must have a whole number from 1 as filters; it has 2.5"),
        (layer("Conv2D", filters=10**12), "must have a whole number from 1 as filters"),
        (layer("Conv2D", filters=2, kernel_size=[9, 9]), r"cannot be translated: .*reaches over 9×9 values"),
        (layer("Conv2D", filters=2, activation="softsign"), "has the activation 'softsign'; known are relu, relu6"),
        (
            layer("Conv2D", filters=2, activation={"class_name": "Mine", "config": {}}),
            "a function or class of somebody's own as its activation",
        ),
        (layer("LeakyReLU", negative_slope=1.5), "has a slope of 1.5 below zero; it must be from 0 to below 1"),
        (layer("BatchNormalization", axis=1), "must normalise the channels, axis -1; it has axis 1"),
        (layer("LayerNormalization", axis=[1, 2, 3]), "must normalise the channels"),
        (layer("Softmax"), "stands behind softmax, which must be the end"),
        (layer("UpSampling2D", size=[1, 2]), "must enlarge both sides alike"),
        (layer("ZeroPadding2D", padding=[[0, -1], [0, 1]]), "must have a whole number from 0 as padding; it has -1"),
        (layer("Rescaling", scale=[1, 2]), "must have 1 or 3 values"),
        (layer("Reshape", target_shape=[9, 3]), "may reshape only pictures at the beginning"),
        (layer("Dropout", rate="much"), "must have a number as rate; it has 'much'"),
        (layer("Dropout", rate=float("nan")), "must have a number as rate"),
    ],
)
def test_a_layer_that_a_text_cannot_say_is_named(own: dict[str, Any], reason: str, tmp_path: Path) -> None:
    model = sequential((3, 3, 3), own, *MODEL["config"]["layers"][1:])
    with pytest.raises(CatseyeError, match=reason):
        read_keras_network(keras_file(tmp_path / "m.keras", model, h5(WEIGHTS)), None)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("{", "its configuration is not JSON"),
        ("[" * 100_000, "its configuration is not JSON"),
        ("[]", "its configuration must have an object"),
        ({"class_name": "Transformer", "config": {}}, "not a Sequential or Functional model but 'Transformer'"),
        ({"class_name": "Sequential", "config": {"layers": []}}, "it has no layers"),
        ({"class_name": "Sequential", "config": {"layers": [1]}}, "must have an object where it has 1"),
        (sequential((3, 3, 3), layer("Conv2D", filters=2)), "it returns maps (2×2×2), not one value a class"),
        (sequential((9,), layer("Dense", units=3, activation="sigmoid")), "it ends in 3 sigmoid units"),
        (sequential((9,), layer("Dense", units=1)), "it ends in one unit without sigmoid"),
        (sequential((3, 3, 7), layer("Flatten")), "pictures have 1 or 3 channels"),
        (sequential((3, 12, 12), layer("Flatten")), "If the channels are the 3, build the model with data_format"),
        (sequential((3, -3, 3), layer("Flatten")), "has a shape that is not one of pictures"),
        (sequential((2, 3, 3, 3), layer("Flatten")), "which are not pictures"),
        (sequential((3, 3, 3), *[layer("Dropout", rate=0.1)] * 3000), "at most 2,000 are read"),
    ],
)
def test_a_model_that_is_no_classifier_of_pictures_is_refused(model: Any, reason: str, tmp_path: Path) -> None:
    shape = (3, 3, 1) if isinstance(model, dict) and "[None, 9]" in str(model) else None
    with pytest.raises(CatseyeError) as caught:
        read_keras_network(keras_file(tmp_path / "m.keras", model, h5(WEIGHTS)), shape)
    assert reason in str(caught.value)


def harmed(what: str, elsewhere: Path) -> bytes:
    """Return weights with something in the place of the dense layer's kernel."""
    content = io.BytesIO(h5(WEIGHTS))
    with h5py.File(content, "r+") as file:
        group = file["layers/dense/vars"]
        own = group["0"][()]
        del group["0"]
        if what == "external link":
            group["0"] = h5py.ExternalLink(elsewhere, "secret")
        elif what == "soft link":
            group["0"] = h5py.SoftLink("/layers/dense/vars/1")
        elif what == "group":
            group.create_group("0")
        elif what == "huge":
            group.create_dataset("0", (2**40, 3), "f4", chunks=(1024, 3))
        elif what == "compressed":
            group.create_dataset("0", data=own, compression="gzip")
        elif what == "text":
            group.create_dataset("0", own.shape, h5py.string_dtype())
        elif what == "references":
            group.create_dataset("0", own.shape, h5py.ref_dtype)
        elif what == "external data":
            group.create_dataset("0", own.shape, "f4", external=[(str(elsewhere), 0, own.nbytes)])
        elif what == "virtual":
            layout = h5py.VirtualLayout(own.shape, "f4")
            layout[:] = h5py.VirtualSource(elsewhere, "secret", own.shape)
            group.create_virtual_dataset("0", layout)
        elif what == "not finite":
            group["0"] = own * np.nan
        elif what == "one more":
            group["0"], group["2"] = own, own
    return content.getvalue()


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("external link", "dense/vars/0 is a link to elsewhere, which is not followed"),
        ("soft link", "dense/vars/0 is a link to elsewhere"),
        ("group", "dense/vars/0 is not a variable"),
        ("huge", "dense/vars/0 is 1099511627776×3 instead of 8×3"),
        ("compressed", "is not an array of plain numbers"),
        ("text", "is not an array of plain numbers"),
        ("references", "is not an array of plain numbers"),
        ("external data", "is not an array of plain numbers"),
        ("virtual", "is not an array of plain numbers"),
        ("not finite", "holds values that are not finite"),
        ("one more", "layers/dense has 3 variables instead of 2"),
        ("missing", "layers/dense has 1 variable instead of 2"),
    ],
)
def test_hostile_weights_are_refused(what: str, reason: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["secret"] = DENSE.astype(np.float32)
    with pytest.raises(CatseyeError) as caught:
        read_keras_network(keras_file(tmp_path / "m.keras", MODEL, harmed(what, secret)), None)
    assert reason in str(caught.value)


def test_a_zip_that_expands_too_far_is_not_unpacked(tmp_path: Path) -> None:
    bomb = keras_file(tmp_path / "m.keras", MODEL, bytes(40 * 2**20), zipfile.ZIP_DEFLATED)
    with pytest.raises(CatseyeError, match=r"model\.weights\.h5 would take 41,943,040 bytes unpacked"):
        read_keras_network(bomb, None)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_an_incomplete_file_is_refused(share: float, tmp_path: Path) -> None:
    whole = keras_file(tmp_path / "m.keras", MODEL, h5(WEIGHTS)).read_bytes()
    (tmp_path / "cut.keras").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(CatseyeError, match=r"not a \.keras file of Keras 3, or is incomplete"):
        read_keras_network(tmp_path / "cut.keras", None)
    inner = h5(WEIGHTS)
    cut = keras_file(tmp_path / "weights.keras", MODEL, inner[: int(share * len(inner))])
    with pytest.raises(CatseyeError, match="its weights are"):
        read_keras_network(cut, None)


TEXT = "conv 2 2x2 linear, flatten, dense 3"


def read_weights(content: bytes, folder: Path) -> None:
    """Read the content of a ``.weights.h5`` for ``TEXT``."""
    (folder / "m.weights.h5").write_bytes(content)
    read_keras_weights(folder / "m.weights.h5", build(TEXT, (3, 3, 3), 3), (3, 3, 3))


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"dense_1": [np.ones((3, 10)), np.ones(10)]}, "layers/dense_1"),
        (
            {"batch_normalization": [np.ones(2)] * 4, "dense_1": [np.ones((3, 2))]},
            "layers/batch_normalization and 1 more",
        ),
        ({"dense/inner": [np.ones(2)]}, "layers/dense/inner"),
        ({"dense/generator": [np.ones(2)]}, "layers/dense/generator"),
    ],
)
def test_every_layer_of_a_file_of_weights_must_be_in_the_network(
    more: dict[str, list[Floats]], named: str, tmp_path: Path
) -> None:
    with pytest.raises(CatseyeError, match=f"holds the weights of another network: it has {named} besides"):
        read_weights(h5(WEIGHTS | more), tmp_path)


def test_what_keras_saves_beside_the_weights_is_no_layer(tmp_path: Path) -> None:
    content = io.BytesIO(h5(WEIGHTS))
    with h5py.File(content, "r+") as file:
        file["optimizer/vars/0"] = np.float32(0.1)
        file["optimizer/vars/1"] = DENSE
        file["layers/dropout/seed_generator/vars/0"] = np.array([1, 2], np.uint32)
        file["layers/flatten"] = file["layers/dense"]  # another name of the same variables
        file["layers/dense/again"] = file["layers"]  # without end
    read_weights(content.getvalue(), tmp_path)
