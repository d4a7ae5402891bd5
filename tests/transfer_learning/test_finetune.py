"""Fine-tuning: it starts from the head that was solved, keeps what it should, and never ends worse than it began."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

import catseye
from catseye.datasets import FilePictures, MemoryPictures
from catseye.evaluation.calibration import fit_temperature
from catseye.images.preprocess import Preprocess
from catseye.inference.batched import compute_logits
from catseye.networks.registry import backbone
from catseye.transfer_learning.finetune import fine_tune, with_head
from catseye.transfer_learning.logistic import Layer
from catseye.transfer_learning.recipe import default_fine_tuning
from tests.conftest import draw_folder
from tests.training.backbones import Tiny

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Pixels
    from catseye.networks.backbones.backbone import Backbone
    from catseye.training.checkpoint import TrainingState
    from catseye.training.recipe import Recipe

PREPROCESS = Preprocess(16, 16, 3, (0.5,) * 3, (0.25,) * 3)


def stripes(count: int, seed: int, side: int = 16) -> MemoryPictures:
    """Upright stripes are class 0, lying ones class 1, with noise."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 2, count)
    waves = (np.arange(side) + generator.integers(0, 4, (count, 1))) // 2 % 2 * 150
    images = np.where(labels[:, None, None] == 0, waves[:, None, :], waves[:, :, None])
    noisy = images[:, None] + generator.integers(0, 100, (count, 3, side, side))
    return MemoryPictures(noisy.astype(np.uint8), labels, ("upright", "lying"))


def tiny(seed: int = 0) -> Tiny:
    """A network whose running statistics fit the pictures."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Tiny(2).train()
        for _ in range(20):
            network(PREPROCESS.tensor(torch.from_numpy(stripes(64, 5).images)))
    return network.eval()


def recipe(**changes: Any) -> Recipe:
    few = {"epochs": 4, "learning_rate": 0.02, "early_stopping": 5}
    return default_fine_tuning(200, 0).with_changes(few | changes)


def tuned(network: Backbone, chosen: Recipe, checkpoint: Path | None = None) -> TrainingState:
    return fine_tune(network, PREPROCESS, stripes(200, 0), stripes(60, 1), chosen, checkpoint, lambda _: None)


def loss_of(network: Backbone, pictures: MemoryPictures) -> float:
    return cross_entropy(compute_logits(network, PREPROCESS, pictures), torch.from_numpy(pictures.labels)).item()


def weights(network: torch.nn.Module) -> dict[str, bytes]:
    return {name: value.numpy().tobytes() for name, value in network.state_dict().items()}


def test_few_pictures_are_seen_more_often() -> None:
    assert [default_fine_tuning(count, 0).epochs for count in (0, 200, 1000, 100_000)] == [8, 8, 7, 3]
    assert default_fine_tuning(200, 7).seed == 7


def test_with_head_is_a_copy_that_ends_in_the_layer() -> None:
    network, generator = tiny(), np.random.default_rng(0)
    layer = Layer(generator.normal(size=(5, 12)), generator.normal(size=5))
    before, state = weights(network), torch.get_rng_state()
    copied = with_head(network, layer)
    pictures = PREPROCESS.tensor(torch.from_numpy(stripes(8, 3).images))
    with torch.no_grad():
        expected = layer.logits(network.extract(pictures).double().numpy())
        np.testing.assert_allclose(copied(pictures).numpy(), expected, atol=1e-5)
        for value in copied.parameters():
            value.zero_()
    assert weights(network) == before
    assert torch.equal(torch.get_rng_state(), state)


def test_it_learns_what_the_frozen_features_cannot_tell() -> None:
    network = tiny()
    before = loss_of(network, stripes(60, 1))
    progressed = tuned(network, recipe())
    assert progressed.best_loss is not None
    assert progressed.best_loss < before / 2
    assert loss_of(network, stripes(60, 1)) == pytest.approx(progressed.best_loss, abs=1e-6)
    assert not network.training


def test_running_statistics_stay_to_the_bit_and_all_else_is_trained() -> None:
    network = tiny()
    before = weights(network)
    tuned(network, recipe())
    for name, value in weights(network).items():
        is_statistic = name.rpartition(".")[2] in ("running_mean", "running_var", "num_batches_tracked")
        assert (value == before[name]) == is_statistic, name


def test_statistics_move_unless_they_are_frozen() -> None:
    network = tiny()
    before = weights(network)
    tuned(network, recipe(frozen_statistics=False))
    assert weights(network)["stage1.1.running_mean"] != before["stage1.1.running_mean"]


def test_frozen_statistics_are_what_training_normalises_by() -> None:
    modes: list[tuple[bool, bool]] = []
    network = tiny()
    network.stage1[1].register_forward_hook(lambda norm, _, __: modes.append((network.dropout.training, norm.training)))
    tuned(network, recipe(epochs=2))
    assert set(modes) == {(True, False), (False, False)}  # dropout works in training and not in judging


def test_it_never_ends_worse_than_it_began() -> None:
    """Where every epoch makes it worse, what remains is the network as it came, all but its head to the bit."""
    network, chosen, judged = tiny(), recipe(epochs=9, early_stopping=2), stripes(60, 1)
    tuned(network, recipe(epochs=8))
    good, begun = weights(network), compute_logits(network, PREPROCESS, judged)
    learnt = stripes(200, 0)
    misled = MemoryPictures(learnt.images, 1 - learnt.labels, learnt.classes)
    progressed = fine_tune(network, PREPROCESS, misled, judged, chosen, None, lambda _: None)
    assert len(progressed.history) == 2
    assert "had not improved for 2 epochs" in progressed.stopped
    assert progressed.best_loss is not None
    assert all((epoch.validation_loss or 0) > progressed.best_loss for epoch in progressed.history)
    kept = weights(network)
    assert {name for name in kept if kept[name] != good[name]} == {"classifier.weight", "classifier.bias"}
    temperature = fit_temperature(begun.double().numpy(), judged.labels).temperature
    assert compute_logits(network, PREPROCESS, judged) == pytest.approx(begun / temperature, abs=1e-4)


@pytest.mark.parametrize(
    "changes",
    [
        *({"optimizer": optimizer} for optimizer in ("adamw", "sgd", "rmsprop")),
        {"random_crop": 0.7, "colour_jitter": 0.2, "mixup": 0.2, "cutmix": 1.0, "early_stopping": 0},
    ],
    ids=str,
)
def test_going_on_from_a_checkpoint_ends_in_the_same_weights(tmp_path: Path, changes: dict[str, Any]) -> None:
    class KilledError(Exception):
        pass

    def kill_after_two(progressed: TrainingState) -> None:
        if len(progressed.history) == 2:
            raise KilledError

    chosen = recipe(shift=1, **changes, learning_rate=0.003)
    whole, broken, resumed = tiny(), tiny(), tiny()
    tuned(whole, chosen)
    with pytest.raises(KilledError):
        fine_tune(broken, PREPROCESS, stripes(200, 0), stripes(60, 1), chosen, tmp_path / "kept", kill_after_two)
    progressed = tuned(resumed, chosen, tmp_path / "kept")
    assert [epoch.epoch for epoch in progressed.history] == [1, 2, 3, 4]
    assert weights(whole) == weights(resumed)


@pytest.mark.slow
def test_a_real_backbone_goes_on_from_a_checkpoint_too(tmp_path: Path) -> None:
    """Depthwise convolutions have layouts in memory of their own, which a checkpoint does not keep."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        fresh = backbone("efficientnet_lite0", (32, 32, 3), 2)
    preprocess = Preprocess(32, 32, 3)
    train, validation = stripes(16, 0, 32), stripes(8, 1, 32)
    results = []
    for parts in ((2,), (1, 2)):
        network = deepcopy(fresh)
        file = tmp_path / f"{len(parts)}"
        for epochs in parts:
            chosen = recipe(epochs=epochs, schedule="constant", learning_rate=0.001)
            fine_tune(network if epochs == parts[-1] else deepcopy(fresh), preprocess, train, validation, chosen, file,
                      lambda _: None)  # fmt: skip
        results.append(weights(network))
    assert results[0] == results[1]


def test_channels_last_in_training_alone() -> None:
    """The network is handed back as other parts of the program expect it."""
    seen = []
    network = tiny()
    network.stage1.register_forward_hook(
        lambda _, given, __: (
            seen.append(given[0].is_contiguous(memory_format=torch.channels_last)) if network.dropout.training else None
        )
    )
    tuned(network, recipe(epochs=1))
    assert seen
    assert all(seen)
    assert all(value.is_contiguous() for value in network.state_dict().values())


def test_each_file_is_decoded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = catseye.load(draw_folder(tmp_path, {"train/a": 12, "train/b": 12, "test/a": 4, "test/b": 4}))
    decoded: list[int] = []
    decode = FilePictures.pixels

    def counting(pictures: FilePictures, index: int, preprocess: Preprocess) -> Pixels:
        decoded.append(index)
        return decode(pictures, index, preprocess)

    monkeypatch.setattr(FilePictures, "pixels", counting)
    fine_tune(tiny(), PREPROCESS, files["train"], files["test"], recipe(epochs=3), None, lambda _: None)
    assert sorted(decoded) == sorted([*range(24), *range(8)])


def test_we_say_how_long_it_takes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("catseye.training.display._MIN_ANNOUNCED", 0.0)
    tuned(tiny(), recipe(epochs=3))
    assert capsys.readouterr().err.count("3 epochs take about ") == 1
