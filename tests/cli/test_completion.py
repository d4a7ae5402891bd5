"""What Tab offers: names as the registries have them, and runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer

import catseye
from catseye.attacks.projected_gradient_descent import L2, LINF
from catseye.cli import completion
from catseye.cli.app import app
from catseye.cli.help import Verbs
from catseye.cli.known_classes import class_names, imagenet_names
from catseye.datasets.loading import ENTRIES
from catseye.images.preprocess import Preprocess
from catseye.insight.convolution.kernels import KERNELS
from catseye.insight.convolution.pooling import KINDS
from catseye.insight.explanation.attribution import METHODS
from catseye.insight.ideal.recipe import ideal_recipe
from catseye.insight.integral.functions import FUNCTIONS
from catseye.insight.integral.integral import KINDS as INTEGRALS
from catseye.insight.maps.top_pictures import MEASURES
from catseye.networks import imagenet
from catseye.system.device import choose_device
from catseye.training.recipe import OPTIONS

if TYPE_CHECKING:
    from catseye.runs.run import Run


# What the shell cannot know: numbers and lists of them, names of one's own, and the layers of a network, which would
# have to be built.
_FREE = (
    *(
        "--stride",
        "repository",
        "--host",
        "--allow-host",
        "--token",
        "--name",
        "--at",
        "--dilation",
        "--pool-size",
        "--pool-stride",
        "--shape",
        "--size",
        "--epsilon",
        "--robust",
        "--shots",
    ),
    *(
        "--channel",
        "--layer",
        "--adversarial",
        "--label-from",
        "--map",
        "--merge",
        "--rename",
        "--shift",
        "--classes",
        "--mean",
        "--std",
    ),
)


def test_the_names_are_those_of_the_registries() -> None:
    assert tuple(entry.info.name for entry in ENTRIES) == completion.DATA_SETS
    infos = [entry.info for entry in ENTRIES if entry.info.other_labels]
    assert {info.name: (info.label, *info.other_labels) for info in infos} == completion.LABELS
    assert tuple(METHODS) == completion.METHODS
    assert MEASURES == completion.MEASURES
    assert KERNELS == completion.KERNELS
    assert KINDS == completion.POOLINGS
    assert FUNCTIONS == completion.FUNCTIONS
    assert INTEGRALS == completion.INTEGRALS
    assert completion.NORMS == (LINF, L2)
    for name in completion.PARAMETERISATIONS:
        ideal_recipe(Preprocess(8, 8, 1), 1.0, name)
    for device in completion.DEVICES[:2]:
        choose_device(device)
    for recipe in completion.RECIPES:
        assert catseye.train("digits", recipe=recipe, epochs=1, time_limit=1e-9).result.recipe
    assert tuple(imagenet_names()) == imagenet.class_names()


@pytest.mark.parametrize("verb", [word for rows in Verbs.groups.values() for word, _ in rows])
def test_every_value_that_has_names_is_completed(verb: str) -> None:
    command = typer.main.get_command(app).commands[verb]  # type: ignore[attr-defined]
    for parameter in command.params:
        if str(parameter.type) == "STRING" and parameter.opts[0] not in _FREE:
            assert parameter._custom_shell_complete is not None, parameter.opts


def test_every_choice_of_a_recipe_is_completed() -> None:
    command = typer.main.get_command(app).commands["train"]  # type: ignore[attr-defined]
    options = {parameter.opts[0]: parameter for parameter in command.params}
    for option in OPTIONS.values():
        if option.choices:
            assert options[option.declaration.partition("/")[0]]._custom_shell_complete is not None


def test_the_classes_of_a_folder_are_offered(tmp_path: Path) -> None:
    for name in ("cat", "cow", "dog", ".hidden"):
        (tmp_path / "plain" / name).mkdir(parents=True)
        (tmp_path / "split" / "train" / name).mkdir(parents=True)
    for folder in ("plain", "split"):
        context = typer.Context(typer.main.get_command(app).commands["train"])  # type: ignore[attr-defined]
        context.args = [str(tmp_path / folder)]
        assert completion.complete_own_class(context, "c") == ["cat", "cow"]
    context.args = ["digits"]
    assert completion.complete_own_class(context, "") == []


def test_names_and_runs_are_offered_by_their_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("runs/mnist-dense", "runs/empty", "mine"):
        (tmp_path / folder).mkdir(parents=True)
    for folder in ("runs/mnist-dense", "mine"):
        (tmp_path / folder / "classifier.safetensors").touch()
    monkeypatch.chdir(tmp_path)
    assert completion.complete_data("m") == ["mnist"]
    assert completion.complete_data("./photos") == []
    assert completion.complete_backbone("resnet1") == ["resnet18", "resnet101", "resnet152"]
    assert completion.complete_classifier("runs/") == ["runs/mnist-dense"]
    assert completion.complete_classifier("m") == ["mine", "mobilenet_v2"]
    assert completion.complete_network("d") == ["dense"]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("catseye ex", {"explain", "export"}),
        ("catseye show fa", {"fashion_mnist"}),
        ("catseye summary conv", {"convnet", "convnet_without_pooling"}),
        ("catseye transfer digits --backbone mob", {"mobilenet_v2"}),
        ("catseye train digits --optimizer a", {"adagrad", "adam", "adamw"}),
        ("catseye train digits --network Conv", {"convnet", "convnet_without_pooling"}),
        ("catseye train digits --recipe l", {"lesson"}),
        ("catseye train digits --device c", {"cpu", "cuda"}),
        ("catseye explain resnet18 a.png --methods g", {"grad_cam"}),
        ("catseye explain resnet18 a.png --methods grad_cam,o", {"grad_cam,occlusion"}),
        ("catseye shifts digits --networks dense,d", set()),
        ("catseye convolve drawing --kernel so", {"sobel_x", "sobel_y"}),
        ("catseye convolve-functions g", {"gaussian"}),
        ("catseye convolve-functions box --kind a", {"autocorrelation"}),
        ("catseye convolve --padding s", {"same"}),
        ("catseye pool drawing --kind a", {"average"}),
        ("catseye show digits --split te", {"test"}),
        ("catseye show oxford_iiit_pet --label s", {"species"}),
        ("catseye show digits --label s", set()),
        ("catseye attack resnet18 a.png --norm l", {"linf", "l2"}),
        ("catseye ideal efficientnet_lite0 tabb", {"tabby"}),
        ("catseye ideal efficientnet_lite0 'crane (b", {"crane\\ \\(bird\\)"}),
        ("catseye attack efficientnet_lite0 a.png --target tiger\\ s", {"tiger\\ shark"}),
        ("catseye attack nowhere a.png --target tab", set()),
    ],
)
def test_a_shell_is_answered_without_heavy_modules(words: str, offered: set[str]) -> None:
    program = (
        "import atexit, sys; from catseye.cli import main\n"
        "atexit.register(lambda: print('LOADED', *(name for name in sys.modules if '.' not in name)))\n"
        "main([])"
    )
    count = len(re.findall(r"(?:[^\s'\\]|'[^']*|\\.)+", words)) - 1
    asked = {"_CATSEYE_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(count)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=os.environ | asked, check=True
    )
    said, loaded = done.stdout.split("LOADED")
    assert set(said.strip("\n").split("\n")) == (offered or {""})
    assert not set(loaded.split()) & {"torch", "matplotlib", "numpy"}


def test_the_classes_of_a_run_are_read_from_its_file(digits_run: Run, tmp_path: Path) -> None:
    folder = str(digits_run.folder)
    assert class_names(folder) == class_names(f"{folder}/classifier.safetensors") == [str(digit) for digit in range(10)]
    nested: object = "a"
    for content in (
        b"",
        b"\x05\0\0\0\0\0\0\0{}",
        b"\xff" * 50,
        _header({}),
        _header({"catseye": "7"}),
        _header(nested),
    ):
        (tmp_path / "odd.safetensors").write_bytes(content)
        assert class_names(str(tmp_path / "odd.safetensors")) == []
    (tmp_path / "odd.safetensors").write_bytes(_header({"catseye": json.dumps({"classes": ["a", 7, "b"]})}))
    assert class_names(str(tmp_path / "odd.safetensors")) == ["a", "b"]
    assert class_names("\0") == []


def _header(metadata: object) -> bytes:
    text = json.dumps({"__metadata__": metadata}).encode()
    return len(text).to_bytes(8, "little") + text


def test_a_split_is_called_as_when_it_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("photos/train", "photos/valid", "photos/test", "flat/cats", "flat/dogs"):
        Path(name).mkdir(parents=True)

    def offered(data: str) -> list[str]:
        context = typer.Context(typer.main.get_command(app))
        context.params["data"] = data
        return completion.complete_split(context, "")

    assert offered("photos") == ["train", "test", "all", "validation"]
    assert offered("flat") == offered("digits") == offered("none/\0") == ["train", "test", "all"]


def test_a_name_that_commands_a_terminal_is_not_offered() -> None:
    assert completion.choose_from(("a\x1b[2J", "ab"))("a") == ["ab"]
