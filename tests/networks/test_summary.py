"""Multiply-adds by hand, receptive fields against what the gradient reaches."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from catseye.networks import build, summarise
from catseye.networks.names import LESSONS as NAMES


def test_multiply_adds_are_outputs_times_window_times_channels() -> None:
    layers = {layer.name: layer for layer in summarise(build("convnet", (28, 28, 1), 10), (28, 28, 1)).layers}
    assert layers["conv1"].multiply_adds == 26 * 26 * 32 * 9
    assert layers["conv2"].multiply_adds == 11 * 11 * 64 * 9 * 32
    assert layers["dense1"].multiply_adds == 1152 * 10
    assert layers["pool1"].multiply_adds == layers["flatten"].multiply_adds == 0


def test_without_pooling_the_third_convolution_sees_seven_by_seven() -> None:
    layers = summarise(build("convnet_without_pooling", (28, 28, 1), 10), (28, 28, 1)).layers
    assert [layer.receptive_field for layer in layers[:4]] == [(1, 1), (3, 3), (5, 5), (7, 7)]


def test_a_sum_whose_shortcut_has_layers_sees_what_the_path_that_sees_more_does() -> None:
    text = "3 × [conv 16 same, batch norm] + [conv 16 1x1 linear], pool global"
    layers = {layer.name: layer for layer in summarise(build(text, (28, 28, 1), 10), (28, 28, 1)).layers}
    # Each 3×3 convolution adds 2 to what its input sees; the shortcut's 1×1 adds nothing.
    assert [layers[f"sum{number}"].receptive_field for number in (1, 2, 3)] == [(3, 3), (5, 5), (7, 7)]
    shortcuts = ["sum1.shortcut.conv2", "sum2.shortcut.conv4", "sum3.shortcut.conv6"]
    assert [layers[name].receptive_field for name in shortcuts] == [(1, 1), (3, 3), (5, 5)]


def test_a_sum_that_sees_what_the_last_layer_does_is_told_in_its_row() -> None:
    text = "[conv 8 same, batch norm] + [conv 8 3x3 same linear], flatten"
    layers = {layer.name: layer for layer in summarise(build(text, (8, 8, 1), 2), (8, 8, 1)).layers}
    assert layers["sum1.shortcut.conv2"].behind == ("sum1",)


def reached(network: nn.Sequential, name: str, side: int) -> tuple[int, int]:
    """Measure how many rows and columns of the input change one middle value of a layer's output."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):  # so that no path cancels another
            nn.init.constant_(layer.weight, 1.0)
    picture = torch.rand(1, 1, side, side, requires_grad=True)
    output = picture
    for stage, layer in network.named_children():
        # The largest of a window hides the others from the gradient; their mean does not.
        output = nn.functional.avg_pool2d(output, 2) if isinstance(layer, nn.MaxPool2d) else layer(output)
        if stage == name:
            break
    middle = output[0, 0, output.shape[2] // 2, output.shape[3] // 2] if output.dim() == 4 else output[0, 0]
    (gradient,) = torch.autograd.grad(middle, picture)
    seen = gradient[0, 0] != 0
    return int(seen.any(1).sum()), int(seen.any(0).sum())


@pytest.mark.parametrize("name", NAMES)
def test_receptive_fields_are_what_the_gradient_reaches(name: str) -> None:
    network = build(name, (28, 28, 1), 10)
    assert isinstance(network, nn.Sequential)
    for layer in summarise(network, (28, 28, 1)).layers[1:]:
        if layer.name != "flatten":
            assert reached(network, layer.name, 28) == layer.receptive_field, layer.name


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 2)), min_size=1, max_size=3))
def test_receptive_fields_of_any_chain_of_windows(windows: list[tuple[int, int, int]]) -> None:
    layers: OrderedDict[str, nn.Module] = OrderedDict(
        (f"conv{i}", nn.Conv2d(1, 1, kernel, stride, dilation=dilation))
        for i, (kernel, stride, dilation) in enumerate(windows)
    )
    network = nn.Sequential(layers)
    last = summarise(network, (80, 80, 1)).layers[-1]
    for layer in network:
        nn.init.constant_(layer.weight, 1.0)  # type: ignore[arg-type]
    picture = torch.rand(1, 1, 80, 80, requires_grad=True)
    (gradient,) = torch.autograd.grad(network(picture)[0, 0, 0, 0], picture)
    rows = gradient[0, 0].abs().sum(1).nonzero().flatten()
    assert last.receptive_field is not None
    assert last.receptive_field[0] == int(rows.max() - rows.min()) + 1
    assert last.output[:2] == tuple(network(picture).shape[2:])


def test_layers_that_work_value_by_value_are_told_in_the_row_before() -> None:
    layers = summarise(build("fashion_convnet", (28, 28, 1), 10, batch_norm=True, dropout=0.5), (28, 28, 1)).layers
    kinds = {layer.name: layer.kind for layer in layers}
    assert kinds["conv1"] == "conv 3×3, pad 1"
    assert kinds["norm1"] == "batch norm + relu"
    assert kinds["pool1"] == "max pool 2×2"
    assert kinds["dense1"] == "dense"
    assert kinds["norm3"] == "batch norm + relu + dropout"
    behind = {layer.name: layer.behind for layer in layers}
    assert (behind["conv1"], behind["norm1"], behind["norm3"]) == ((), ("relu1",), ("relu3", "dropout2"))
    parameters = {layer.name: layer.parameters for layer in layers}
    assert (parameters["conv1"], parameters["norm1"]) == (9 * 32, 2 * 32)  # the norm has the bias


KEYS = ("behind", "output", "parameters", "multiply_adds", "receptive_field")


def test_json_has_the_promised_keys() -> None:
    json = summarise(build("dense", (28, 28, 1), 10), (28, 28, 1), "dense").to_json()
    assert set(json) == {"network", "input", "parameters", "other_parameters", "multiply_adds", "layers"}
    assert set(json["layers"][0]) == {"name", "kind", "shared_weights", *KEYS}


def test_a_transposed_convolution_multiplies_each_value_with_a_whole_kernel() -> None:
    network = nn.Sequential(nn.ConvTranspose2d(3, 5, (2, 3), stride=2, padding=(0, 1), output_padding=(0, 1)))
    layer = summarise(network, (4, 6, 3)).layers[1]
    assert (layer.kind, layer.output) == ("transposed conv 2×3, stride 2", (8, 12, 5))
    assert layer.multiply_adds == 4 * 6 * 3 * 2 * 3 * 5
    assert layer.receptive_field is None


class _NormOfMaps(nn.LayerNorm):
    """As ConvNeXt has it: the channels of maps (C, H, W) are moved to the end and back."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return super().forward(maps.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def test_a_layer_norm_that_moves_the_channels_itself_keeps_the_shape_of_its_maps() -> None:
    network = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), _NormOfMaps(8), nn.Conv2d(8, 4, 3, padding=1))
    layers = summarise(network, (6, 10, 3)).layers
    assert [layer.output for layer in layers] == [(6, 10, 3), (6, 10, 8), (6, 10, 8), (6, 10, 4)]


class _ChannelsLast(nn.Module):
    """Channels moved to the end by ``move``, dense layers on them, and the mean over all positions."""

    def __init__(
        self, move: Callable[[torch.Tensor], torch.Tensor], mean: Callable[[torch.Tensor], torch.Tensor]
    ) -> None:
        super().__init__()
        self.conv, self.dense, self.head = nn.Conv2d(1, 8, 3, padding=1), nn.Linear(8, 5), nn.Linear(5, 3)
        self.move, self.mean = move, mean

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps = functional.gelu(self.dense(self.move(self.conv(x))))
        logits: torch.Tensor = self.head(self.mean(maps))
        return logits


@pytest.mark.parametrize(
    "move",
    [
        lambda x: x.permute(0, 2, 3, 1),
        lambda x: torch.permute(x, (0, 2, 3, 1)).contiguous(),
        lambda x: x.transpose(1, 2).transpose(2, 3),
        lambda x: torch.movedim(x, 1, -1),
    ],
)
def test_channels_that_a_network_moves_to_the_end_stay_channels(move: Callable[[torch.Tensor], torch.Tensor]) -> None:
    summary = summarise(_ChannelsLast(move, lambda x: x.mean((1, 2))), (6, 10, 1))
    kinds = ["picture", "conv 3×3, pad 1", "dense", "+ gelu", "mean pool to 1×1", "dense"]
    assert [one.layer.kind for one in summary.operations] == kinds
    assert [one.layer.output for one in summary.operations[2:]] == [(6, 10, 5), (6, 10, 5), (5,), (3,)]


def test_the_mean_over_the_positions_of_a_sequence_is_a_layer() -> None:
    network = _ChannelsLast(lambda x: x.flatten(2).transpose(1, 2), lambda x: x.mean(dim=1))
    assert [layer.kind for layer in summarise(network, (6, 10, 1)).layers[-2:]] == ["mean pool to 1", "dense"]


class Tied(nn.Module):
    """One convolution and one normalisation called twice, and a convolution that has the first one's weights."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.norm, self.other = nn.Conv2d(1, 1, 3, padding=1), nn.BatchNorm2d(1), nn.Conv2d(1, 1, 3)
        self.other.weight = self.conv1.weight

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        once: torch.Tensor = self.norm(self.conv1(pictures)).relu()
        again: torch.Tensor = self.norm(self.conv1(once))
        return torch.flatten(self.other(again), 1)


def test_a_layer_with_the_weights_of_another_says_so() -> None:
    layers = summarise(Tied(), (4, 4, 1)).layers
    assert [(layer.kind, layer.parameters) for layer in layers[1:6]] == [
        ("conv 3×3, pad 1", 10),
        ("batch norm + relu", 2),
        ("conv 3×3, pad 1 (weights of conv1)", 0),
        ("batch norm (weights of norm)", 0),
        ("conv 3×3 (some weights of conv1)", 1),
    ]
    shared = ["", "", "", "weights of conv1", "weights of norm", "some weights of conv1", ""]
    assert [layer.shared_weights for layer in layers] == shared
    assert [layer.to_json()["shared_weights"] for layer in layers] == [one or None for one in shared]
