"""Receptive fields: what follows from the windows is what the gradient reaches, in every network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import prune

import catseye
from catseye.insight.maps.one_channel import skeleton
from catseye.insight.maps.receptive_field import choose_fields, measure_receptive_fields
from catseye.networks import build, summarise
from catseye.networks.names import BACKBONES, LESSONS
from catseye.networks.walk import Step, Walk

_MARGIN = 130  # pixels: more than twice the largest step between neighbouring values


def made(name: str, shape: tuple[int, int, int]) -> nn.Module:
    with torch.device("meta"):
        return build(name, shape, 10)


@pytest.mark.parametrize("name", LESSONS)
@pytest.mark.parametrize("side", [28, 41])
def test_in_every_network_of_the_lessons_both_are_equal(name: str, side: int) -> None:
    shape = side, side, 1
    for field in measure_receptive_fields(made(name, shape), shape):
        assert field.agrees, field


@pytest.mark.slow
@pytest.mark.parametrize("name", BACKBONES)
def test_in_every_backbone_both_are_equal_where_no_edge_cuts_the_field(name: str) -> None:
    """In a picture so high that every field of maps fits in, but so narrow that most are cut at its sides."""
    network = made(name, (224, 224, 3))
    maps = [layer for layer in summarise(network, (4096, 64, 3)).layers if len(layer.output) == 3]
    heights = [layer.receptive_field[0] for layer in maps if layer.receptive_field]
    largest = max(height for height in heights if height < 4096)
    fields = measure_receptive_fields(network, (largest + _MARGIN, 64, 3))
    inside = [field for field in fields if field.visible and field.analytic and field.visible[0] == field.analytic[0]]
    assert len(inside) >= len(maps) - 2  # but for the pooling of all places, and its flattening
    for field in fields:
        assert field.agrees, field


def test_a_field_that_padding_moves_over_the_edge_is_cut_there() -> None:
    network = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.Conv2d(2, 1, 9, padding=4))
    last = measure_receptive_fields(network, (12, 40, 1))[-1]
    assert last.analytic == (11, 11)
    assert (last.top, last.left) == (1, 15)
    assert last.measured == (11, 11)
    small = measure_receptive_fields(network, (9, 40, 1))[-1]
    assert (small.analytic, small.visible, small.measured, small.cut) == ((11, 11), (9, 11), (9, 11), True)


def test_measuring_leaves_the_network_as_it_was() -> None:
    network = build("convnet", (28, 28, 1), 10)
    before = {name: weight.clone() for name, weight in network.state_dict().items()}
    measure_receptive_fields(network, (28, 28, 1))
    assert network.training
    assert all(torch.equal(before[name], weight) for name, weight in network.state_dict().items())
    assert [type(layer) for layer in network.children()][:3] == [nn.Conv2d, nn.ReLU, nn.MaxPool2d]


def test_the_skeleton_reaches_what_the_network_itself_does() -> None:
    """A convolution with random weights, without a maximum or an activation, hides nothing either."""
    network = nn.Sequential(nn.Conv2d(1, 4, (3, 5), stride=(2, 1), dilation=(1, 2)), nn.Conv2d(4, 3, 3, padding=1))
    picture = torch.rand(1, 1, 30, 30, requires_grad=True)
    (gradient,) = torch.autograd.grad(network(picture)[0, :, 7, 11].sum(), picture)
    bare = torch.rand(1, 1, 30, 30, requires_grad=True, dtype=torch.float64)
    (expected,) = torch.autograd.grad(skeleton(network)(bare)[0, 0, 7, 11], bare)
    assert torch.equal(gradient != 0, expected != 0)


def test_a_backbones_stages_are_drawn_and_of_the_lessons_networks_every_layer_of_maps() -> None:
    network = made("resnet18", (224, 224, 3))
    chosen = choose_fields(network, measure_receptive_fields(network, (224, 224, 3)))
    assert {name: field.analytic[0] for name, field in chosen.items() if field.analytic} == {
        "stem": 11,
        "stage1": 43,
        "stage2": 99,
        "stage3": 211,
        "stage4": 435,  # more than the picture, as Araujo et al. 2019 found for this network
    }
    convnet = made("convnet", (28, 28, 1))
    names = choose_fields(convnet, measure_receptive_fields(convnet, (28, 28, 1)))
    assert list(names) == ["conv1", "pool1", "conv2", "pool2", "conv3"]


@pytest.mark.parametrize("join", ["[conv 4 1x1 | conv 4 3x3 same]", "[conv 4 3x3 same | conv 4 1x1]"])
def test_where_paths_join_the_one_that_sees_most_is_measured(join: str) -> None:
    fields = catseye.receptive_field(f"conv 4, {join}, conv 4, flatten, dense 10", shape=(28, 28, 1)).fields
    assert all(field.agrees for field in fields)
    assert not any(field.estimated for field in fields)
    joined = next(field for field in fields if "concatenation" in field.kind)
    assert joined.measured == (5, 5)


def test_what_a_stride_never_reaches_is_not_measured_and_the_words_say_which_number_is_true() -> None:
    """Pooling 2×2 with stride 3 reads columns 0 to 25 of 28; the padding of the next layer reads no more of them."""
    found = catseye.receptive_field("pool 2x2 stride 3, conv 4 2x2 same stride 2, flatten, dense 10", shape=(28, 28, 1))
    dense = found.fields[-1]
    assert (dense.layer, dense.visible, dense.measured, dense.agrees) == ("dense1", (28, 28), (26, 26), False)
    page = found.view().title + " ".join(part for part in found.view().parts if isinstance(part, str))
    assert "differ in dense1: measured is what the value depends on" in page


class _Shared(nn.Module):
    """A network as many tutorials have it: one pooling module that runs twice, and relu as a function."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 2, 3), nn.Conv2d(2, 2, 3)
        self.pool, self.last = nn.MaxPool2d(2), nn.Linear(50, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pool(torch.relu(self.first(x)))
        logits: torch.Tensor = self.last(self.pool(torch.relu(self.second(x))).flatten(1))
        return logits


def test_global_max_pooling_sees_every_position() -> None:
    fields = measure_receptive_fields(made("conv 4, pool average, pool global max", (8, 8, 1)), (8, 8, 1))
    assert all(field.agrees for field in fields)


def test_a_layer_that_runs_twice_has_a_field_for_each_run() -> None:
    """By hand: 3, doubled steps make the second convolution 4 + 2 · 2 = 8 and the second pooling 8 + 2 = 10."""
    network = _Shared()
    with torch.no_grad():
        for weight in network.parameters():
            weight.abs_()  # so that relu hides nothing
    fields = {field.layer: field for field in measure_receptive_fields(network, (28, 28, 1))}
    assert {name: field.analytic for name, field in fields.items()} == {
        "first": (3, 3),
        "second": (8, 8),
        "pool@1": (4, 4),
        "pool@2": (10, 10),
        "flatten": (10, 10),
        "last": (26, 26),
    }
    assert all(field.agrees for field in fields.values())


def test_the_network_is_walked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    walks: list[tuple[int, int, int]] = []
    steps = Walk.steps

    def counted(walk: Walk, shape: tuple[int, int, int]) -> Iterator[Step]:
        walks.append(shape)
        return steps(walk, shape)

    monkeypatch.setattr(Walk, "steps", counted)
    measure_receptive_fields(made("convnet", (28, 28, 1)), (28, 28, 1))
    assert walks == [(28, 28, 1)]


def test_without_a_picture_the_fields_are_drawn_on_an_empty_frame() -> None:
    figure = catseye.receptive_field("convnet").figure()
    (axes,) = figure.axes
    frame = np.asarray(axes.images[0].get_array())
    assert frame.shape[:2] == (28, 28)
    assert len(np.unique(frame)) == 1
    assert axes.texts[0].get_text() == "conv3: 18×18"


@pytest.mark.parametrize(
    ("network", "fields"),
    [
        # Row 4 of 8 sees rows 3 to 5; row 8 of 16 repeats it; rows 7 to 9 of these repeat rows 3 and 4: 2 to 5.
        ("conv 4 same, upsample 2, conv 4 same", {"conv1": (3, 3), "upsample1": (3, 3), "conv2": (4, 2)}),
        # Row 8 of 16 lies between rows 3 and 4, which see 2 to 5; rows 7 to 9 between rows 3 and 5.
        ("conv 4 same, upsample 2 bilinear, conv 4 same", {"upsample1": (4, 2), "conv2": (5, 2)}),
        # Row 4 of 8 repeats row 2 of 4, which sees rows 4 to 6 (padding is below); rows 3 to 5 repeat 1 and 2: 2 to 6.
        ("conv 4 same stride 2, upsample 2, conv 4 same", {"upsample1": (3, 4), "conv2": (5, 2)}),
    ],
)
def test_fields_behind_an_upsampling_by_hand(network: str, fields: dict[str, tuple[int, int]]) -> None:
    found = {field.layer: field for field in catseye.receptive_field(network, shape=(8, 8, 1)).fields}
    for name, (rows, top) in fields.items():
        field = found[name]
        assert (field.analytic, field.corner) == ((rows, rows), (top, top))
        assert field.agrees


@pytest.mark.filterwarnings("ignore:.*weight_norm. is deprecated:FutureWarning")
@pytest.mark.parametrize(
    "normalise",
    [
        nn.utils.parametrizations.weight_norm,
        nn.utils.parametrizations.spectral_norm,
        nn.utils.weight_norm,
        nn.utils.spectral_norm,
        partial(prune.l1_unstructured, name="weight", amount=0.5),
    ],
    ids=["weight norm", "spectral norm", "old weight norm", "old spectral norm", "pruned"],
)
def test_layers_whose_weights_are_computed_from_others(normalise: Callable[[nn.Conv2d], nn.Conv2d]) -> None:
    network = nn.Sequential(normalise(nn.Conv2d(1, 4, 3)), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 10))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    convolution, pool, *_ = measure_receptive_fields(network, (8, 8, 1))
    assert (convolution.measured, pool.measured) == ((3, 3), (4, 4))
    assert convolution.agrees
    assert pool.agrees
    assert not pool.estimated
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
