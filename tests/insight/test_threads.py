"""Every question to one classifier has the same answer from four threads at once as alone, and changes nothing."""

from __future__ import annotations

import copy
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from threading import Barrier
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

import catseye
from catseye.attacks.projected_gradient_descent import L2, Attack
from catseye.classifier.classifier import Classifier
from catseye.errors import CatseyeError
from catseye.insight.explanation import faithfulness, sanity
from catseye.insight.explanation.explanation import explain
from catseye.insight.ideal.ascent import find_ideal
from catseye.insight.ideal.target import channel_target, class_target
from catseye.insight.maps.filters import read_first_filters
from catseye.insight.maps.maps import compute_feature_maps
from catseye.insight.maps.positions import locate_positions
from catseye.insight.maps.receptive_field import measure_receptive_fields
from catseye.insight.maps.top_pictures import find_top_pictures
from catseye.insight.robustness import robustness
from catseye.insight.robustness.fool import create_adversarial_example
from catseye.insight.robustness.robustness import measure_robustness
from catseye.networks.summarising import summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from torch import nn

    from catseye.datasets.pictures import Pictures
    from catseye.drawing.answer import Answer
    from catseye.runs.run import Run

THREADS = 4


@dataclass(frozen=True)
class Scene:
    """One classifier with pictures, for one call: ``number`` tells calls apart."""

    classifier: Classifier
    pictures: Pictures
    folder: Path
    number: int

    @property
    def picture(self) -> Any:
        return self.pictures.picture(self.number)

    @property
    def network(self) -> nn.Module:
        return self.classifier.network


def ideal_of_a_class(scene: Scene) -> Any:
    found = find_ideal(scene.classifier, class_target(scene.classifier, scene.number), steps=3, seed=scene.number)
    return [snapshot.picture for snapshot in found.snapshots], vars(found.score)


def ideal_of_a_channel(scene: Scene) -> Any:
    layer = next(name for name, _ in reversed(list(scene.network.named_children())[:-2]))
    found = find_ideal(scene.classifier, channel_target(scene.classifier, f"{layer}:{scene.number}"), steps=3)
    return [snapshot.picture for snapshot in found.snapshots], vars(found.score)


def explanation(scene: Scene, methods: str | Sequence[str] = "all", *, check: bool = True) -> Any:
    found = explain(scene.classifier, scene.picture, methods=methods, scores=True, check=check, seed=scene.number)
    assert found.random_baseline
    return [one.attribution.map for one in found.maps], found.to_json(), found.random_baseline.to_json()


def attack(scene: Scene, asked: Attack, *, smallest: bool = False) -> Any:
    found = create_adversarial_example(scene.classifier, scene.picture, asked, smallest=smallest, seed=scene.number)
    return found.changed, found.to_json(), found.png


def top_pictures(scene: Scene, layer: str) -> Any:
    preprocess = scene.classifier.preprocess
    found = find_top_pictures(scene.network, preprocess, scene.pictures, layer, scene.number, count=3)
    return found.responses, found.to_json()


def maps(scene: Scene) -> Any:
    found = compute_feature_maps(scene.classifier, scene.picture)
    layers = [layer.layer for layer in found.layers]
    places = [locate_positions(scene.network, scene.classifier.preprocess, name, (3, 3)) for name in layers]
    return [layer.maps for layer in found.layers], found.prediction.to_json(), list(map(str, places))


def receptive_fields(scene: Scene) -> Any:
    found = measure_receptive_fields(scene.network, scene.classifier.preprocess.shape)
    return [field.to_json() for field in found]


def robustness_of(scene: Scene) -> Any:
    part = scene.pictures.take(range(12))
    return measure_robustness(scene.classifier, part, [0.05, 0.1], examples=8, seed=scene.number).to_json()


def verbs(scene: Scene) -> Any:
    """The same through the door, drawn as a notebook shows it."""
    classifier, picture = scene.classifier, scene.picture
    answers: list[Answer] = [
        catseye.maps(classifier, picture),
        catseye.explain(classifier, picture),
        catseye.attack(classifier, picture, epsilon=0.1, steps=2),
        catseye.ideal(classifier, scene.number, steps=2),
        catseye.receptive_field(classifier, picture),
    ]
    return [(answer.to_json(), answer._repr_html_()) for answer in answers]


CALLS: dict[str, Callable[[Scene], Any]] = {
    "predict": lambda scene: scene.classifier.predict(scene.picture)[0].probabilities,
    "logits": lambda scene: scene.classifier.logits(scene.pictures.take(range(20))),
    "summary": lambda scene: summarise(scene.network, scene.classifier.preprocess.shape).to_json(),
    "maps": maps,
    "top pictures": lambda scene: top_pictures(scene, "relu1"),
    "filters": lambda scene: read_first_filters(scene.network).weights,
    "receptive fields": receptive_fields,
    "ideal of a class": ideal_of_a_class,
    "ideal of a channel": ideal_of_a_channel,
    "attack": lambda scene: attack(scene, Attack(0.1, steps=3, restarts=2)),
    "smallest attack": lambda scene: attack(scene, Attack(2.0, L2, steps=2), smallest=True),
    "robustness": robustness_of,
    "explain": explanation,
    "verbs": verbs,
}
# The same on a backbone, in the fewest steps.
BACKBONE_CALLS: dict[str, Callable[[Scene], Any]] = {
    "predict": CALLS["predict"],
    "logits": lambda scene: scene.classifier.logits(scene.pictures),  # by the quickest engine
    "maps": maps,
    "receptive fields": receptive_fields,
    "top pictures": lambda scene: top_pictures(replace(scene, pictures=scene.pictures.take(range(4))), "stage2"),
    "ideal of a class": ideal_of_a_class,
    "attack": lambda scene: attack(scene, Attack(4 / 255, steps=2)),
    "explain": lambda scene: explanation(scene, ["grad_cam"], check=False),
}


@dataclass(frozen=True)
class State:
    """All that a call could leave behind on a network, or in the process."""

    modules: tuple[tuple[object, ...], ...]
    weights: tuple[tuple[object, ...], ...]
    threads: int
    gradients: bool
    random: bytes


def state(network: nn.Module) -> State:
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    modules = ((name, m.training, *(len(getattr(m, hook)) for hook in hooks)) for name, m in network.named_modules())
    weights = (
        (name, w.data_ptr(), w.stride(), w.requires_grad, w.grad is None, w.detach().double().sum().item())
        for name, w in (*network.named_parameters(), *network.named_buffers())
    )
    random = torch.random.get_rng_state().numpy().tobytes()
    return State(tuple(modules), tuple(weights), torch.get_num_threads(), torch.is_grad_enabled(), random)


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Return the results of calls that start at the same time, each in its own thread."""
    barrier = Barrier(len(calls))

    def started(call: Callable[[], Any]) -> Any:
        barrier.wait(timeout=60)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(started, calls))


def same(one: Any, other: Any) -> bool:
    """Say whether two answers are equal to the bit."""
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True) if isinstance(one, dict) else one == other
    )


@pytest.fixture(autouse=True, scope="module")
def _few_steps() -> Iterator[None]:
    """Let what is measured with thousands of steps be measured with a few."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"STEPS": 2, "RESTARTS": 2, "QUICK_STEPS": 1, "_TRIES": 5, "_NOISES": 2}.items():
            patch.setattr(robustness, name, value)
        patch.setattr(sanity, "DRAWS", 1)
        patch.setattr(faithfulness, "ORDERS", 2)
        patch.setattr(faithfulness, "STEPS", 2)
        yield


@pytest.fixture(scope="module")
def digit_scenes(digits_run: Run, tmp_path_factory: pytest.TempPathFactory) -> list[Scene]:
    test, folder = catseye.load("digits", split="test"), tmp_path_factory.mktemp("threads")
    return [Scene(digits_run.classifier, test, folder, number) for number in range(THREADS)]


@pytest.fixture(scope="module")
def lite_scenes(tmp_path_factory: pytest.TempPathFactory) -> list[Scene]:
    from catseye.datasets.memory_pictures import MemoryPictures

    images = np.random.default_rng(0).integers(0, 256, (32, 3, 224, 224), np.uint8)  # enough for the quick engine
    pictures = MemoryPictures(images, np.zeros(32, np.int64), ("noise",))
    folder, lite = tmp_path_factory.mktemp("lite"), Classifier.pretrained("efficientnet_lite0")
    return [Scene(lite, pictures, folder, number) for number in range(THREADS)]


@pytest.mark.slow
@pytest.mark.parametrize("name", CALLS)
def test_four_threads_get_what_each_gets_alone(digit_scenes: list[Scene], name: str) -> None:
    check(CALLS[name], digit_scenes)


@pytest.mark.slow
@pytest.mark.parametrize("name", BACKBONE_CALLS)
def test_four_threads_get_it_from_a_backbone_too(lite_scenes: list[Scene], name: str) -> None:
    check(BACKBONE_CALLS[name], lite_scenes)


def check(call: Callable[[Scene], Any], scenes: list[Scene]) -> None:
    before = state(scenes[0].network)
    alone = [call(scene) for scene in scenes]
    at_once = together([partial(call, scene) for scene in scenes])
    assert [same(*pair) for pair in zip(alone, at_once, strict=True)] == [True] * THREADS
    assert state(scenes[0].network) == before


def test_different_calls_do_not_disturb_each_other(digit_scenes: list[Scene]) -> None:
    scene = digit_scenes[0]
    before = state(scene.network)
    names = ("predict", "summary", "maps", "ideal of a class", "attack", "receptive fields", "explain", "logits")
    alone = [CALLS[name](scene) for name in names]
    at_once = together([partial(CALLS[name], scene) for name in names])
    assert [name for name, one, other in zip(names, alone, at_once, strict=True) if not same(one, other)] == []
    assert state(scene.network) == before


@pytest.mark.slow
def test_forty_pictures_have_the_same_maps_from_four_threads(digit_scenes: list[Scene]) -> None:
    scenes = [replace(digit_scenes[0], number=number) for number in range(40)]
    alone = [maps(scene) for scene in scenes]
    with ThreadPoolExecutor(THREADS) as pool:
        at_once = list(pool.map(maps, scenes))
    assert all(map(same, alone, at_once))


@pytest.mark.slow
@pytest.mark.parametrize("training", [False, True], ids=["evaluating", "training"])
@pytest.mark.parametrize("name", CALLS)
def test_a_failure_leaves_everything_as_it_was(digit_scenes: list[Scene], name: str, *, training: bool) -> None:
    """Weights that are not finite make every call that can fail, fail; a network in training mode stays in it."""
    scene = digit_scenes[0]
    network = copy.deepcopy(scene.network).train(training)
    broken = replace(scene, classifier=replace(scene.classifier, network=network))
    if not training:
        network.get_parameter("dense1.weight").data.fill_(torch.nan)
    before = state(network)
    with suppress(CatseyeError):
        CALLS[name](broken)
    assert str(state(network)) == str(before)  # as text, in which nan is nan


@pytest.mark.slow
def test_the_process_keeps_its_settings(digit_scenes: list[Scene], monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even for a moment: what sets them would raise here."""

    def refuse(*arguments: object, **named: object) -> None:
        raise AssertionError(f"process-wide setting: {arguments} {named}")

    for name in ("set_num_threads", "manual_seed", "seed", "set_rng_state", "set_default_dtype"):
        monkeypatch.setattr(torch, name, refuse)
    for name in ("manual_seed", "seed", "set_rng_state", "fork_rng"):
        monkeypatch.setattr(torch.random, name, refuse)
    for call in CALLS.values():
        call(digit_scenes[0])
