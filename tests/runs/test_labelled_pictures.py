"""The labelled pictures of a run are found again, or it is said why not."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import catseye
from catseye.runs.labelled_pictures import find_labelled
from tests.conftest import draw, draw_folder

if TYPE_CHECKING:
    from catseye.runs.run import Run


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run on a folder of 40 pictures, in a label file whose columns have to be named."""
    root = tmp_path_factory.mktemp("labelled")
    draw_folder(root / "photos", {"red": 20, "blue": 20})
    rows = [f"{kind}/{number}.png,{kind}" for kind in ("red", "blue") for number in range(20)]
    (root / "photos" / "all.csv").write_text("\n".join(["what,is it", *rows]))
    dataset = catseye.load(root / "photos" / "all.csv", file_column="what", label_column="is it")
    return catseye.train(dataset, "flatten, dense 2", epochs=1, out=root / "run")


@pytest.fixture
def photos(trained: Run) -> Path:
    """The folder of its pictures."""
    assert trained.folder
    return trained.folder.parent / "photos"


def content(folder: Path) -> set[str]:
    """Return the SHA-256 of each picture."""
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.png")}


def test_all_pictures_of_a_run_and_of_its_folder_are_known(trained: Run, photos: Path) -> None:
    for source in (trained, catseye.Run.open(trained.folder or ""), trained.folder, str(trained.folder)):
        found = find_labelled(source, trained.classifier, None, None)
        assert found.missing == ""
        assert found.content == content(photos)
        assert found.training
        assert len(found.training) == 32  # a fifth was set aside


def test_pictures_added_by_an_update_are_known_too(trained: Run, photos: Path, tmp_path: Path) -> None:
    """Its folder lists its pictures; the data set that it names holds only some of them."""
    assert trained.folder
    shutil.copytree(trained.folder, tmp_path / "run")
    added = draw_folder(tmp_path / "added", {"red": 3})
    paths = [*sorted(photos.rglob("*.png"))[:5], *sorted(added.rglob("*.png"))]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    rows = [f"{path},red,{'test' if place < 2 else 'train'},{digests[place]}" for place, path in enumerate(paths)]
    (tmp_path / "run" / "pictures.csv").write_text("\n".join(["picture,class,split,sha256", *rows, ""]))
    found = find_labelled(tmp_path / "run", trained.classifier, None, None)
    assert found.content == set(digests)
    assert found.training
    assert list(found.training.content()) == digests[2:]


def test_classes_that_were_left_out_for_the_run_are_left_out_again(tmp_path: Path) -> None:
    photos = draw_folder(tmp_path / "photos", {"red": 6, "blue": 6, "green": 6, "grey": 6})
    dataset = catseye.load(photos, drop=["green", "grey"])
    run = catseye.train(dataset, "flatten, dense 2", epochs=1, out=tmp_path / "run")
    found = find_labelled(run.folder, run.classifier, None, None)
    assert found.content == content(photos / "red") | content(photos / "blue")


def test_a_classifier_file_knows_only_a_few_pictures(trained: Run, photos: Path) -> None:
    found = find_labelled(Path(f"{trained.folder}/classifier.safetensors"), trained.classifier, None, None)
    assert found.training is None
    assert found.missing == "a classifier's file does not contain them; give the run's folder"
    assert len(found.sketch) == 32
    assert {one[:16] for one in content(photos)} > set(found.sketch)


def test_missing_or_replaced_data_are_reported(trained: Run, photos: Path, tmp_path: Path) -> None:
    aside = tmp_path / "aside"
    shutil.move(photos, aside)
    try:
        gone = find_labelled(trained.folder, trained.classifier, None, None)
        assert gone.missing == f"there is no label file {photos / 'all.csv'}"
        shutil.copytree(aside, photos)
        for number, path in enumerate(photos.rglob("*.png")):
            draw(path, seed=1000 + number)
        replaced = find_labelled(trained.folder, trained.classifier, None, None)
        assert replaced.missing == f"{photos / 'all.csv'} now contains other pictures"
        assert (gone.training, replaced.training, replaced.content) == (None, None, frozenset())
    finally:
        shutil.rmtree(photos, ignore_errors=True)
        shutil.move(aside, photos)


def test_a_catalogue_data_set_is_not_downloaded_for_this(
    digits_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = find_labelled(digits_run.folder, digits_run.classifier, None, None)
    assert found.training
    assert len(found.training) == 1438
    monkeypatch.setenv("CATSEYE_HOME", str(tmp_path / "empty"))
    absent = find_labelled(digits_run.folder, digits_run.classifier, None, None)
    assert (absent.training, absent.missing) == (None, "digits is not on this machine")
