"""``catseye convert``, and ``--weights`` of the verbs that open a classifier, as a person types them."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch

import catseye
from catseye.cli import main
from catseye.errors import UsageError
from catseye.networks.registry import backbone
from tests.conftest import draw

if TYPE_CHECKING:
    from catseye.runs.run import Run


@pytest.mark.usefixtures("digit")
@pytest.mark.parametrize("ending", [".keras", ".weights.h5", ".pth"])
def test_a_run_goes_into_another_framework_and_back(ending: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "run", "-o", f"there{ending}"]) == 0
    said = capsys.readouterr()
    assert f"wrote there{ending}" in said.out
    following = re.search(r"next: catseye (.*)", said.out)
    assert following
    if ending == ".keras":
        assert not said.err
        back = f"convert there{ending}"
    else:
        assert f"note: there{ending} holds weights alone, without the network" in said.err
        back = following[1]
        assert back.endswith(" -o there.safetensors")
    assert main([*shlex.split(back), "-o", "back.safetensors"]) == 0
    capsys.readouterr()
    answers = []
    for classifier in ("run", "back.safetensors"):
        assert main(["predict", classifier, "digit.png", "--json"]) == 0
        answers.append(json.loads(capsys.readouterr().out)[0])
    own, other = answers
    assert other["class"] == own["class"]
    assert other["probability"] == pytest.approx(own["probability"], abs=1e-5)


@pytest.mark.usefixtures("digit")
@pytest.mark.parametrize(
    ("line", "reason", "status"),
    [
        ("convert none.keras", "there is no classifier at none.keras", 2),
        ("convert run -o new.png", "a classifier is saved as a .safetensors file; got new.png", 2),
        ("convert run -o here.png", "here.png", 2),
        ("convert run --classes a,b", "says itself what it is; leave out network, classes, shape, mean and std", 2),
        ("convert broken.keras", "is not a .keras file of Keras 3, or is incomplete", 1),
        ("convert broken.pth --network dense --shape 8x8x1 --classes 10", "weight file", 1),
        (
            "convert broken.pth --network convnet --shape 28x28x1",
            "state the classes as well, e.g. --classes 10 or --classes cat,dog.",
            2,
        ),
        ("convert broken.pth --network dense --classes 10", "e.g. --shape 28x28x1.", 2),
        ("convert broken.pth", "holds weights alone: state the network", 2),
        ("predict broken.pth digit.png", "state the network in catseye convert", 2),
        ("convert digit.png", "digit.png is not a network or classifier file.", 1),
        ("summary plain.txt", "plain.txt is not a network or classifier file.", 1),
    ],
)
def test_what_goes_wrong_is_said_in_two_lines(
    line: str, reason: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("broken.keras", "broken.pth", "plain.txt"):
        Path(name).write_bytes(b"nothing of the kind")
    assert main(shlex.split(line)) == status
    error = capsys.readouterr().err
    assert reason in error
    assert error.count("\n") <= 2


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of a mobilenet_v2 that nobody trained."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = backbone("mobilenet_v2", (224, 224, 3), 1000)
    path = tmp_path_factory.mktemp("weights") / "mobile.pth"
    torch.save(network.state_dict(), path)
    return path


@pytest.mark.slow  # it opens a backbone for each of six commands
@pytest.mark.parametrize(
    "line",
    [
        "predict mobilenet_v2 cat.png --json",
        "maps mobilenet_v2 cat.png --layer stage1 -o a.png",
        "ideal mobilenet_v2 --channel stage1:0 --steps 1 -o a.png",
        "attack mobilenet_v2 cat.png --steps 1 -o a.png",
        "explain mobilenet_v2 cat.png -o a.png",
        "sort mobilenet_v2 cats --into sorted",
    ],
)
def test_a_backbone_takes_its_weights_from_a_file(
    line: str, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    draw(Path("cat.png"), side=40)
    draw(Path("cats/1.png"), side=40)
    assert main([*shlex.split(line), "--weights", str(weights)]) == 0
    said = capsys.readouterr().out
    if "next: " in said:
        following = said.partition("next: ")[2]
        assert ("mobilenet_v2" not in following) or (f"--weights {weights}" in following)


@pytest.mark.usefixtures("digit")
def test_weights_are_for_a_backbone_alone(weights: Path, digits_run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "run", "digit.png", "--weights", str(weights)]) == 2
    assert "weights are for a backbone, e.g. vgg16, not for 'run'" in capsys.readouterr().err
    with pytest.raises(UsageError, match="weights are for a backbone"):
        catseye.predict(digits_run, "digit.png", weights=weights)
    assert main(["predict", "mobilenet_v2", "digit.png", "--weights", "none.pth"]) == 2
    assert "there is no weight file none.pth" in capsys.readouterr().err


def test_the_normalisation_that_is_assumed_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    layers = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 10))
    torch.save(layers.state_dict(), "m.pth")
    read = ["convert", "m.pth", "--network", "flatten, dense 10", "--shape", "8x8x1"]
    assert main(read) == 0
    assert "m.pth: it does not say which values it takes: 0–1 is assumed (mean 0, std 1)" in capsys.readouterr().err
    assert main([*read, "--mean", "0.5"]) == 0
    assert "assumed" not in capsys.readouterr().err


def test_the_next_step_does_not_list_hundreds_of_classes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    layers = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 400))
    torch.save(layers.state_dict(), "m.pth")
    assert main(["convert", "m.pth", "--network", "flatten, dense 400", "--shape", "8x8x1", "-o", "n.pth"]) == 0
    assert " --classes 400 " in capsys.readouterr().out.partition("next: ")[2]
