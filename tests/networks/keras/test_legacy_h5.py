"""The .h5 files of Keras 2 are read as those of Keras 3, and no link or list of names in them leads elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import pytest
import torch

from catseye.errors import CatseyeError
from catseye.networks.keras.reading import read_keras_network, read_keras_weights
from catseye.networks.registry import build
from tests.networks.keras.models import layer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_RNG = np.random.default_rng(0)
KERNEL, DENSE = _RNG.normal(size=(2, 2, 1, 2)), _RNG.normal(size=(8, 3))
WEIGHTS = {"first": [KERNEL, np.array([0.5, -0.25])], "last": [DENSE, np.zeros(3)]}
PICTURES = _RNG.random((4, 1, 3, 3))


def keras_2_file(path: Path, *, whole: bool, change: Callable[[Any], None] = lambda _: None) -> Path:
    """Write a model of two layers as Keras 2 does: the picture's shape stands in the first layer."""
    first = layer("Conv2D", filters=2, name="first", batch_input_shape=[None, 3, 3, 1])
    layers = [first, layer("Flatten", name="flatten"), layer("Dense", units=3, name="last")]
    for one in layers:
        del one["module"]
    with h5py.File(path, "w") as file:
        root = file.create_group("model_weights") if whole else file
        if whole:
            file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {"layers": layers}})
        root.attrs["layer_names"] = [b"first", b"flatten", b"last"]
        for name, values in WEIGHTS.items():
            group = root.create_group(name)
            group.attrs["weight_names"] = [f"{name}/{kind}:0".encode() for kind in ("kernel", "bias")]
            for stored, value in zip(group.attrs["weight_names"], values, strict=True):
                group[stored] = value.astype(np.float32)
        root.create_group("flatten").attrs["weight_names"] = np.zeros(0)
        change(root)
    return path


def wanted() -> Any:
    """Return the logits, window by window, in the order that Keras keeps."""
    maps = np.moveaxis(PICTURES, 1, -1)
    rows = [[np.einsum("bhwc,hwcf->bf", maps[:, y : y + 2, x : x + 2], KERNEL) for x in range(2)] for y in range(2)]
    values = np.stack([np.stack(row, 1) for row in rows], 1) + WEIGHTS["first"][1]
    return values.reshape(4, -1) @ DENSE


def logits(network: torch.nn.Module) -> Any:
    with torch.inference_mode():
        return network(torch.from_numpy(PICTURES).float()).numpy()


def test_a_whole_model_says_what_it_is(tmp_path: Path) -> None:
    found = read_keras_network(keras_2_file(tmp_path / "m.h5", whole=True), None)
    assert str(found.translation.definition) == "conv 2 2x2 linear, flatten, dense 3"
    assert np.allclose(logits(found.network), wanted(), atol=1e-5)


def test_weights_alone_are_those_of_the_network_in_order(tmp_path: Path) -> None:
    path = keras_2_file(tmp_path / "m.h5", whole=False)
    network = build("conv 2 2x2 linear, flatten, dense 3", (3, 3, 1), 3)
    read_keras_weights(path, network, (3, 3, 1))
    assert np.allclose(logits(network), wanted(), atol=1e-5)
    with pytest.raises(CatseyeError, match="it has 2 layers with weights; the network has 1"):
        read_keras_weights(path, build("flatten, dense 3", (3, 3, 1), 3), (3, 3, 1))


def external(root: Any) -> None:
    del root["first"]
    root["first"] = h5py.ExternalLink("elsewhere.h5", "first")


def soft(root: Any) -> None:
    del root["first"]
    root["first"] = h5py.SoftLink("/model_weights/last")


def renamed(*names: object) -> Callable[[Any], None]:
    def change(root: Any) -> None:
        root["first"].attrs["weight_names"] = list(names)

    return change


def repeated(root: Any) -> None:
    """Put many names into the file that could all be one long text in it."""
    root["padding"] = "z" * 2**20
    root["first"].attrs["weight_names"] = ["z"] * 1000


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (external, "is a link to elsewhere, which is not followed"),
        (soft, "is a link to elsewhere, which is not followed"),
        (renamed("../last/kernel:0", "b"), "is not a variable"),
        (renamed("first/kernel:0"), "first has 1 variable instead of 2"),
        (renamed(1, 2), "has weight_names that are not a list of names"),
        (repeated, r"has weight_names that could take 1,\d{3},\d{3},\d{3} bytes, which is more than is read"),
    ],
)
def test_what_is_hostile_is_refused(change: Callable[[Any], None], reason: str, tmp_path: Path) -> None:
    with pytest.raises(CatseyeError, match=reason):
        read_keras_network(keras_2_file(tmp_path / "m.h5", whole=True, change=change), None)
