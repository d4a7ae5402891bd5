"""Backbones are read from their weight files once, and from what was kept after that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
import torch

from catseye.networks import pretrained_weights
from catseye.networks.kept_backbones import FOLDER
from catseye.networks.pretrained import Pretrained
from catseye.networks.pretrained_weights import pretrained
from tests.judges import judge

NAME = "efficientnet_lite0"


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged ones in a file of PyTorch's present format, which only PyTorch reads."""
    file = tmp_path_factory.mktemp("weights") / "own.pth"
    torch.save(pretrained(NAME, None, file.parent).network.state_dict(), file)
    return file


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, weights: Path) -> Path:
    home = tmp_path_factory.mktemp("home")
    pretrained(NAME, weights, home)
    return home


def the_file(home: Path) -> Path:
    (file,) = (home / FOLDER).iterdir()
    return file


def is_read_again(monkeypatch: pytest.MonkeyPatch, home: Path, weights: Path, name: str = NAME) -> bool:
    """Say whether the weight file itself is read, and not what was kept."""
    read = Mock(wraps=pretrained_weights._of_file)
    with monkeypatch.context() as patch:
        patch.setattr(pretrained_weights, "_of_file", read)
        pretrained(name, weights, home)
    return bool(read.called)


def assert_same(one: Pretrained, other: Pretrained) -> None:
    assert (one.name, one.preprocess, one.origin, one.digest) == (
        *(other.name, other.preprocess),
        *(other.origin, other.digest),
    )
    assert (one.head_name, one.features, one.classes, one.parameters) == (
        *(other.head_name, other.features),
        *(other.classes, other.parameters),
    )
    assert one.arrays.keys() == other.arrays.keys()
    assert all(np.array_equal(value, other.arrays[key]) for key, value in one.arrays.items())


def test_what_is_kept_is_what_was_read(home: Path, weights: Path, tmp_path: Path) -> None:
    read, kept = pretrained(NAME, weights, tmp_path), pretrained(NAME, weights, home)
    assert_same(read, kept)
    assert (kept.features, kept.classes, kept.parameters) == (1280, 1000, 4_652_008)  # as the paper's authors count
    picture = torch.rand(1, 3, 224, 224)
    with torch.inference_mode():
        assert torch.equal(read.network(picture), kept.network(picture))


def test_a_network_is_built_once_and_learns(home: Path, weights: Path) -> None:
    found = pretrained(NAME, weights, home)
    with torch.inference_mode():  # whoever asks first must not spoil it for the others
        network = found.network
    assert network is found.network
    network(torch.rand(1, 3, 64, 64)).sum().backward()
    before = found.arrays["classifier.weight"].copy() if "classifier.weight" in found.arrays else None
    with torch.no_grad():
        network.head.weight.zero_()
    assert before is None or np.array_equal(before, found.arrays["classifier.weight"])


def test_the_second_time_pytorch_is_not_loaded(home: Path, weights: Path) -> None:
    program = (
        "import pathlib, sys; from catseye.networks.pretrained_weights import pretrained; "
        f"found = pretrained({NAME!r}, {str(weights)!r}, pathlib.Path({str(home)!r})); "
        "print(found.features, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1280", "False"]


@pytest.mark.parametrize("place", [0, 8, 300, -1])
def test_a_damaged_file_is_read_anew(
    home: Path, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    content = bytearray(the_file(home).read_bytes())
    content[place] ^= 0xFF
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / the_file(home).name).write_bytes(content)
    assert is_read_again(monkeypatch, tmp_path, weights)
    assert not is_read_again(monkeypatch, tmp_path, weights)
    assert the_file(tmp_path).read_bytes() == the_file(home).read_bytes()


@pytest.mark.parametrize("said", [b"classifier", b"parameters", b"dense"])
def test_what_is_said_about_the_weights_is_checked_as_well(
    home: Path, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    content = the_file(home).read_bytes()
    assert said in content
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / the_file(home).name).write_bytes(content.replace(said, said.swapcase(), 1))
    assert is_read_again(monkeypatch, tmp_path, weights)


@pytest.mark.slow
def test_other_weights_are_other_backbones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = tmp_path / "own.pth"
    torch.save(judge("resnet18").state_dict(), weights)
    assert is_read_again(monkeypatch, tmp_path, weights, "resnet18")
    assert not is_read_again(monkeypatch, tmp_path, weights, "resnet18")
    first = pretrained("resnet18", weights, tmp_path).digest
    torch.save(judge("resnet18").state_dict(), weights)  # with other random numbers
    assert is_read_again(monkeypatch, tmp_path, weights, "resnet18")
    assert pretrained("resnet18", weights, tmp_path).digest != first


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_where_nothing_can_be_written_nothing_is_kept(weights: Path, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert pretrained(NAME, weights, tmp_path).features == 1280
    assert not list(tmp_path.iterdir())


def test_a_file_in_the_folders_place_is_no_error(weights: Path, tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("")
    assert pretrained(NAME, weights, tmp_path).features == 1280
