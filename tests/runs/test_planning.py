"""Training of networks made in Python: what is stored, what is asked for again, and what their weights are."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import catseye
from catseye import Classifier, Run
from catseye.errors import UsageError
from tests.networks.test_custom import Viewing, sequence
from tests.networks.test_recording import Deciding


def _without_result(file: Path) -> str:
    """Return the description of a run as it is before the run is finished."""
    return json.dumps({name: value for name, value in json.loads(file.read_text()).items() if name != "result"})


class Keeping(nn.Module):
    """A network that keeps its maps, as one does for Grad-CAM."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv2d(1, 4, 3), nn.Linear(144, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.last = self.conv(x)
        logits: torch.Tensor = self.head(self.last.relu().flatten(1))
        return logits


def test_what_a_network_keeps_of_a_pass_is_no_hindrance() -> None:
    kept = Keeping()
    kept(torch.rand(1, 1, 8, 8))
    for network in (kept, lambda shape, classes: Keeping()):  # noqa: ARG005 (it is called with both)
        assert catseye.train(digits(), network=network, epochs=1).result.network == "python:Keeping"


def digits(count: int = 200) -> tuple[np.ndarray, np.ndarray]:
    train = catseye.load("digits")["train"]
    return train.batch(np.arange(count)).transpose(0, 2, 3, 1), train.labels[:count]


def test_a_sequence_is_stored_as_text_and_loads_by_itself(tmp_path: Path) -> None:
    run = catseye.train(digits(), network=sequence(), epochs=1, out=tmp_path / "run")
    assert run.result.network == "conv 4, flatten, dense 10"
    loaded = Classifier.load(tmp_path / "run")
    pictures = digits()[0].transpose(0, 3, 1, 2).copy()
    np.testing.assert_allclose(loaded.probabilities(pictures), run.classifier.probabilities(pictures), atol=1e-6)


def test_training_starts_from_the_modules_own_weights() -> None:
    given = sequence()
    run = catseye.train(digits(), network=given, epochs=1, learning_rate=1e-12, optimizer="sgd")
    assert run.result.recipe.to_json()["initialisation"] == "none"
    for own, trained in zip(given.parameters(), run.classifier.network.parameters(), strict=True):
        torch.testing.assert_close(trained, own)


@pytest.mark.parametrize("network", [Viewing, Deciding])
def test_what_no_text_can_say_is_loaded_with_the_network(tmp_path: Path, network: type[nn.Module]) -> None:
    run = catseye.train(digits(), network=network(), epochs=1, out=tmp_path / "run")
    name = network.__name__
    with pytest.raises(UsageError, match=rf"was written in Python \({name}\).*Classifier\.load\(path, network=…\)"):
        Classifier.load(tmp_path / "run")
    pictures = digits()[0].transpose(0, 3, 1, 2).copy()
    expected = run.classifier.probabilities(pictures)
    for again in (
        Classifier.load(tmp_path / "run", network=network()),
        Run.open(tmp_path / "run", network()).classifier,
    ):
        np.testing.assert_array_equal(again.probabilities(pictures), expected)
    assert "report.html" in {file.name for file in (tmp_path / "run").iterdir()}


@pytest.mark.slow
def test_runs_are_compared_without_their_networks(tmp_path: Path) -> None:
    for name in ("one", "two"):
        catseye.train(digits(), network=Viewing(), epochs=1, out=tmp_path / name)
    comparison = catseye.compare(tmp_path / "one", tmp_path / "two")
    assert comparison.same_data
    comparison.save(tmp_path / "compared.png")
    with pytest.raises(UsageError, match=r"was written in Python \(Viewing\)"):
        catseye.predict(Run.open(tmp_path / "one"), digits()[0][0])


class Shifted(Viewing):
    """A network with a number that no file holds."""

    def __init__(self, by: float) -> None:
        super().__init__()
        self.by = torch.full((10,), by) * torch.arange(10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x) + self.by


def test_a_network_that_computes_something_else_from_the_same_weights_is_refused(tmp_path: Path) -> None:
    catseye.train(digits(), network=Shifted(0.5), epochs=1, out=tmp_path / "run")
    assert Classifier.load(tmp_path / "run", network=Shifted(0.5))
    with pytest.raises(UsageError, match=r"does not compute what that of .* did, from the same weights"):
        Classifier.load(tmp_path / "run", network=Shifted(0.6))


class Cutting(Viewing):
    """A network whose first step lets no gradient through."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward((4 * x.detach()).round())


def test_where_no_gradient_reaches_the_picture_one_sentence_says_so() -> None:
    run = catseye.train(digits(), network=Cutting(), epochs=1)
    picture = digits()[0][0]
    for ask in (catseye.attack, lambda *of: catseye.explain(*of, methods="smooth_grad")):
        with pytest.raises(UsageError, match="logits reaches its input: a step in it cuts it off"):
            ask(run, picture)
    assert catseye.explain(run, picture, methods="occlusion").to_json()


def test_another_network_does_not_fit_the_file(tmp_path: Path) -> None:
    catseye.train(digits(), network=Viewing(), epochs=1, out=tmp_path / "run")
    with pytest.raises(UsageError, match="was written in Python as Viewing; got Deciding"):
        Classifier.load(tmp_path / "run", network=Deciding())
    namesake = type("Viewing", (Deciding,), {})
    with pytest.raises(catseye.errors.CatseyeError, match="does not match its network: "):
        Classifier.load(tmp_path / "run", network=namesake())
    (tmp_path / "run" / "run.json").write_text(_without_result(tmp_path / "run" / "run.json"))
    with pytest.raises(UsageError, match="was started with network python:Viewing, not python:Deciding"):
        catseye.train(digits(), network=Deciding(), out=tmp_path / "run", resume=True)


def test_a_stopped_run_ends_with_the_weights_of_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where its first epoch was never finished: the initial weights are nowhere but in the checkpoint."""
    given = sequence()
    whole = catseye.train(digits(), network=given, epochs=2)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("catseye.training.loop._train_epoch", stop)
        with pytest.raises(KeyboardInterrupt):
            catseye.train(digits(), network=given, epochs=2, out=tmp_path / "run")
    resumed = catseye.train(digits(), out=tmp_path / "run", resume=True)
    for one, other in zip(whole.classifier.network.parameters(), resumed.classifier.network.parameters(), strict=True):
        assert torch.equal(one, other)


def test_a_run_is_resumed_with_its_own_network_only(tmp_path: Path) -> None:
    catseye.train(digits(), network=Viewing(), epochs=1, out=tmp_path / "run")
    with pytest.raises(UsageError, match=r"trains a network written in Python \(Viewing\): continue it in Python with"):
        catseye.train(digits(), out=tmp_path / "run", resume=True)
    assert catseye.train(digits(), network=Viewing(), out=tmp_path / "run", resume=True).folder == tmp_path / "run"


def test_a_text_in_a_file_takes_no_other_network(tmp_path: Path) -> None:
    catseye.train(digits(), "flatten, dense 10", epochs=1, out=tmp_path / "run")
    with pytest.raises(UsageError, match=r"is in the file .* leave out network"):
        Classifier.load(tmp_path / "run", network=Viewing())


def test_a_dense_layer_that_is_added_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "catseye"):
        catseye.train(digits(), "flatten, dense 12", epochs=1)
    assert caplog.text.count("the text ends with dense 12, but there are 10 classes") == 1


def test_layers_of_the_recipe_are_for_texts() -> None:
    for option in ({"batch_norm": True}, {"dropout": 0.5}):
        with pytest.raises(UsageError, match="batch_norm and dropout are for networks given as text"):
            catseye.train(digits(), network=sequence(), epochs=1, **option)


def test_a_recipe_may_give_the_module_new_weights() -> None:
    dense = nn.Linear(64, 10)
    nn.init.constant_(dense.weight, 3.0)
    given = nn.Sequential(nn.Flatten(), dense)
    run = catseye.train(digits(), network=given, epochs=1, learning_rate=1e-12, initialisation="he_normal")
    assert run.classifier.network.state_dict()["dense1.weight"].std() > 0.01


def test_every_verb_takes_it(tmp_path: Path) -> None:
    run = catseye.train(digits(), network=Deciding(), epochs=1)
    picture = digits()[0][0]
    assert catseye.summary(run).network == "Deciding"
    assert catseye.evaluate(run, digits()).examples == 40  # the fifth that was not trained on
    assert len(catseye.predict(run, picture)) == 1
    assert [layer["layer"] for layer in catseye.maps(run, picture).to_json()["layers"]] == [
        "conv",
        "again@1",
        "again@2",
    ]
    assert {field.layer for field in catseye.receptive_field(run).fields} == {
        "conv",
        "again@1",
        "again@2",
        "rows",
        "fc",
    }
    for answer in (catseye.explain(run, picture), catseye.attack(run, picture), catseye.ideal(run, 3, steps=2)):
        answer.save(tmp_path / f"{type(answer).__name__}.png")
