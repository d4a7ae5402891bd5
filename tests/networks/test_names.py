"""Names of networks are those that can be built, and are known without PyTorch."""

import subprocess
import sys

import pytest

from catseye.networks.names import BACKBONES, custom_name, custom_title, is_backbone, is_custom_name
from catseye.networks.registry import build


@pytest.mark.parametrize("name", BACKBONES)
def test_every_backbone_can_be_built(name: str) -> None:
    import torch

    with torch.device("meta"):
        assert build(name, (64, 64, 3), 2)


def test_a_backbone_of_timm_is_one() -> None:
    assert is_backbone("timm:convnext_tiny")
    assert not is_backbone("convnet")


@pytest.mark.parametrize(
    ("title", "stored"), [("Net", "Net"), ("Net[int]", "Netint"), ("<lambda>", "lambda"), ("1", "Network")]
)
def test_the_name_of_a_custom_network_can_be_stored(title: str, stored: str) -> None:
    name = custom_name(title)
    assert custom_title(name) == stored
    assert is_custom_name(name)


def test_pytorch_is_not_loaded_for_them() -> None:
    program = "import sys; from catseye.networks import NAMES, is_backbone; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
