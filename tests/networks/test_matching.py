"""State dicts under other names fill the layers that they are for, or are refused with the first that does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from catseye.errors import CatseyeError
from catseye.networks.matching import load_matching_weights
from catseye.networks.registry import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = "conv 4, conv 4 linear, batch norm, relu, conv 4, pool global, dense 3"


class Net(nn.Module):
    """The same layers under names of its own; normalisation is registered last, as many do."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2, self.conv3 = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 4, 3), nn.Conv2d(4, 4, 3)
        self.fc, self.bn = nn.Linear(4, 3), nn.BatchNorm2d(4)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return logits."""
        maps = self.bn(self.conv2(self.conv1(pictures).relu())).relu()
        logits: torch.Tensor = self.fc(self.conv3(maps).relu().mean((2, 3)))
        return logits


@pytest.fixture
def net() -> Net:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        made = Net()
        made.bn.running_mean = torch.randn(4)
    return made.eval()


def filled(path: Path, text: str = TEXT) -> nn.Module:
    with torch.device("meta"):
        network = build(text, (9, 9, 1), 3)
    load_matching_weights(path, network)
    return network


def save_legacy(state: object, path: Path) -> None:
    torch.save(state, path, _use_new_zipfile_serialization=False)


@pytest.mark.parametrize(
    ("name", "save", "change"),
    [
        ("a.pth", torch.save, lambda state: state),
        ("legacy.pt", save_legacy, lambda state: state),
        ("parallel.pth", torch.save, lambda state: {f"module.{name}": value for name, value in state.items()}),
        ("compiled.pt", torch.save, lambda state: {f"_orig_mod.{name}": value for name, value in state.items()}),
        (
            "checkpoint.pth",
            torch.save,
            lambda state: {"epoch": 3, "state_dict": {f"net.{name}": value for name, value in state.items()}},
        ),
        ("a.safetensors", save_file, lambda state: state),
        ("double.pth", torch.save, lambda state: {name: value.double() for name, value in state.items()}),
    ],
)
def test_layers_are_matched_by_order_and_shape(
    net: Net, name: str, save: Callable[[object, Path], None], change: Callable[[object], object], tmp_path: Path
) -> None:
    save(change(net.state_dict()), tmp_path / name)
    pictures = torch.rand(5, 1, 9, 9, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        assert torch.allclose(filled(tmp_path / name)(pictures), net(pictures), atol=1e-6)


def test_numbers_in_names_are_numbers(tmp_path: Path) -> None:
    """A .safetensors file lists its tensors by name, in which 10 stands before 2."""
    network = build("12 × [conv 1 1x1 linear], pool global", (3, 3, 1), 2)
    state = {f"{2 * number}.weight": torch.full((1, 1, 1, 1), float(number)) for number in range(12)}
    state |= {f"{2 * number}.bias": torch.zeros(1) for number in range(12)}
    state |= {"24.weight": torch.zeros(2, 1), "24.bias": torch.zeros(2)}
    save_file(state, tmp_path / "a.safetensors")
    load_matching_weights(tmp_path / "a.safetensors", network)
    assert [float(value) for name, value in network.state_dict().items() if "conv" in name and "weight" in name] == [
        float(number) for number in range(12)
    ]


def test_what_could_be_matched_in_two_ways_is_refused(net: Net, tmp_path: Path) -> None:
    state = {name.replace("conv2", "left").replace("conv3", "right"): value for name, value in net.state_dict().items()}
    save_file(state, tmp_path / "a.safetensors")
    with pytest.raises(CatseyeError, match="does not say which of left and right comes first"):
        filled(tmp_path / "a.safetensors")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (TEXT.replace("conv 4,", "conv 5,", 1), r"nothing in it is conv1 \(weight 5×1×3×3, bias 5\); it has conv1"),
        (TEXT.replace("conv 4,", "conv 4 no bias,", 1), r"nothing in it is conv1 \(weight 4×1×3×3\); it has conv1"),
        (TEXT.replace("batch norm, ", ""), "weights of another network: it has bn besides"),
        (TEXT.replace("pool global", "flatten"), r"nothing in it is dense1 \(weight 3×36, bias 3\); it has fc"),
    ],
)
def test_the_first_misfit_is_named(net: Net, text: str, reason: str, tmp_path: Path) -> None:
    torch.save(net.state_dict(), tmp_path / "a.pth")
    with pytest.raises(CatseyeError, match=reason):
        filled(tmp_path / "a.pth", text)


def test_programs_and_whole_models_are_not_run(net: Net, tmp_path: Path) -> None:
    torch.save(net, tmp_path / "whole.pth")
    with pytest.raises(CatseyeError, match=r"write its weights alone with torch\.save\(model\.state_dict"):
        filled(tmp_path / "whole.pth")


def test_weights_are_finite(net: Net, tmp_path: Path) -> None:
    net.fc.bias.data[0] = torch.inf
    torch.save(net.state_dict(), tmp_path / "a.pth")
    with pytest.raises(CatseyeError, match="holds weights that are not finite"):
        filled(tmp_path / "a.pth")
