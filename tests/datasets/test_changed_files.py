"""Files that change: what is decoded is what was loaded, or an error that names the file."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

import catseye
from catseye.datasets import file_pictures
from catseye.datasets.changed_files import look_again, look_again_at
from catseye.datasets.file_pictures import CHANGED, FilePictures
from catseye.datasets.folders import inspection, inspection_cache
from catseye.datasets.folders.inspection import inspect_files
from catseye.datasets.folders.inspection_cache import unsettled_for
from catseye.errors import CatseyeError, PictureError, UsageError
from catseye.images.decoding import read_bytes
from catseye.images.value_range import ValueRange
from catseye.runs.transfer import execution, fine_tuning
from catseye.transfer_learning.head import Head, fit_head
from tests.conftest import draw, draw_folder

if TYPE_CHECKING:
    from catseye.datasets.dataset import Dataset


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def photos(tmp_path: Path, home: Path) -> Dataset:
    draw_folder(tmp_path / "photos", {"red": 10, "blue": 10})
    return catseye.load(tmp_path / "photos", data_dir=home)


def files(dataset: Dataset, split: str) -> FilePictures:
    pictures = dataset[split]
    assert isinstance(pictures, FilePictures)
    return pictures


def test_a_file_that_changed_is_not_decoded_in_place_of_the_one_that_was_loaded(photos: Dataset) -> None:
    pictures = files(photos, "train")
    draw(pictures.paths[3], (1, 2, 3))
    for read in (
        lambda: pictures.pixels(3, pictures.preprocess),
        lambda: pictures.batch([2, 3]),
        lambda: pictures.picture(3),
        lambda: pictures[3],
        lambda: list(pictures.batches(8)),
        pictures.in_memory,
    ):
        with pytest.raises(PictureError) as raised:
            read()
        assert (raised.value.picture, raised.value.reason) == (str(pictures.paths[3]), CHANGED)
    assert pictures.picture(2).shape == (20, 20, 3)


def test_what_is_hashed_is_what_is_decoded(photos: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is read once: a change between two reads could not be seen."""
    read: list[Path] = []

    def counted(path: Path) -> bytes:
        read.append(path)
        return read_bytes(path)

    monkeypatch.setattr(file_pictures, "read_bytes", counted)
    pictures = files(photos, "train")
    pictures.in_memory()
    assert sorted(read) == sorted(pictures.paths)


def test_a_loaded_data_set_is_used_as_it_is_now_and_a_note_says_so(photos: Dataset, home: Path) -> None:
    before = files(photos, "train")
    content = draw(before.paths[3], (1, 2, 3)).read_bytes()
    draw(files(photos, "test").paths[0], (3, 2, 1))
    now = look_again(photos, home)
    assert files(now, "train").digests[3] == hashlib.sha256(content).hexdigest()
    assert files(now, "train").fingerprint() != before.fingerprint()
    assert files(now, "train").picture(3).shape == (20, 20, 3)
    (note,) = set(now.notes) - set(photos.notes)
    assert note.startswith(f"2 pictures changed after the data set was loaded, first {before.paths[3]};")
    fresh = catseye.load(before.paths[0].parent.parent, data_dir=home)
    assert fresh["train"].fingerprint() == now["train"].fingerprint()
    assert look_again(now, home) is now


def test_pictures_with_more_bits_than_before_have_the_range_that_a_fresh_load_finds(
    photos: Dataset, home: Path
) -> None:
    path = files(photos, "train").paths[3]
    Image.fromarray(np.full((20, 20), 4095, np.uint16)).save(path)
    now = look_again(photos, home)
    fresh = catseye.load(Path(photos.info.name), data_dir=home)
    assert fresh["train"].value_range == ValueRange(0, 4095)
    assert {name: part.value_range for name, part in now.splits.items()} == dict.fromkeys(
        now.splits, fresh["train"].value_range
    )
    assert now["train"].fingerprint() == fresh["train"].fingerprint()
    assert now["train"].picture(3).max() == 255
    assert now.notes[-1].endswith("so that now 0 is black and 4,095 white.")


def test_what_has_not_changed_is_not_opened(photos: Dataset, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(path: Path) -> bytes:
        raise AssertionError(path)

    monkeypatch.setattr(inspection, "read_bytes", opened)
    assert look_again(photos, home) is photos


def test_where_nothing_is_kept_files_are_hashed_and_nothing_is_written(photos: Dataset, tmp_path: Path) -> None:
    assert look_again(photos, tmp_path / "other") is photos
    assert not (tmp_path / "other").exists()


def test_a_file_that_went_stays_listed_for_who_decodes_it_to_report(photos: Dataset, home: Path) -> None:
    pictures = files(photos, "test")
    pictures.paths[0].unlink()
    assert look_again_at(pictures, home) is pictures
    answers = catseye.predict("efficientnet_lite0", pictures)
    assert [type(answer).__name__ for answer in answers].count("PictureError") == 1
    assert len(answers) == len(pictures)


@pytest.mark.slow
def test_every_verb_states_the_pictures_that_it_used(photos: Dataset, home: Path) -> None:
    """A loaded data set whose pictures change before each verb."""
    pictures = files(photos, "train")
    draw(pictures.paths[0], (9, 9, 9))
    draw(files(photos, "test").paths[0], (8, 8, 8))
    run = catseye.transfer(photos, data_dir=home)
    fresh = catseye.load(Path(photos.info.name), data_dir=home)
    assert run.result.data.fingerprint == fresh["train"].fingerprint() != pictures.fingerprint()
    assert run.result.data.test_fingerprint == fresh["test"].fingerprint() != photos["test"].fingerprint()
    assert "2 pictures changed" in " ".join(run.result.notes)
    trained = catseye.train(photos, epochs=1, data_dir=home)
    assert trained.result.data.test_fingerprint == fresh["test"].fingerprint()
    evaluation = catseye.evaluate(run, photos["test"], data_dir=home)
    assert evaluation.examples == len(photos["test"])
    assert [note[:40] for note in evaluation.notes] == ["1 picture changed after the data set was"]


@pytest.mark.slow
def test_a_feature_cache_never_gives_one_picture_the_features_of_another(photos: Dataset, home: Path) -> None:
    """The files of two classes change places after loading, and come back: all is computed for what is there."""
    root = Path(photos.info.name)
    shutil.copytree(root, root.parent / "kept")
    first = catseye.transfer(photos, data_dir=root.parent / "judge").evaluations["test"].probabilities
    for name, other in (("red", "blue"), ("blue", "red")):
        for path in (root.parent / "kept" / name).iterdir():
            shutil.copy(path, root / other / path.name)
    swapped = catseye.transfer(photos, data_dir=home)
    assert swapped.result.data.fingerprint != photos["train"].fingerprint()
    for path in (root.parent / "kept").rglob("*.png"):
        shutil.copy(path, root / path.parent.name / path.name)
    again = catseye.transfer(catseye.load(root, data_dir=home), data_dir=home)
    assert again.result.data.fingerprint == photos["train"].fingerprint()
    assert np.array_equal(again.evaluations["test"].probabilities, first)


@pytest.mark.slow
def test_files_that_change_while_a_verb_runs_are_left_out_by_transfer_and_stop_others(
    photos: Dataset, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They change after it has looked at them."""
    for module in ("catseye.datasets.loading.look_again", "catseye.verbs.evaluation.look_again_at"):
        monkeypatch.setattr(module, lambda data, _: data)
    run = catseye.transfer(photos, data_dir=home)
    draw(files(photos, "train").paths[0], (9, 9, 9))
    left = catseye.transfer(photos, data_dir=home / "empty").result.left_out
    assert [(out.picture, out.reason) for out in left] == [(str(files(photos, "train").paths[0]), CHANGED)]
    with pytest.raises(PictureError, match="load it again"):
        catseye.train(photos, epochs=1)
    for path in files(photos, "test").paths:
        draw(path, (9, 9, 9))
    with pytest.raises(CatseyeError, match=f"(?s)4 of the 4 test pictures.*{CHANGED}.*load the data again"):
        catseye.transfer(photos, data_dir=home / "another")
    with pytest.raises(PictureError, match="load it again"):
        catseye.evaluate(run, photos["test"])


def test_a_file_whose_stamp_may_not_show_a_change_yet_is_inspected_again(
    photos: Dataset, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on file systems that count whole seconds; elsewhere a load waits for the next step of the clock."""
    paths = files(photos, "train").paths
    monkeypatch.setattr(inspection, "unsettled_for", lambda _: 1.0)
    for other in ("a", "b"):
        inspect_files(paths, home / other)
        assert (
            inspection_cache.read_inspections(home / other, [s for s in inspection_cache.take_stamps(paths) if s]) == {}
        )


def test_stamps_settle_one_step_of_the_clock_after_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    stamp = inspection_cache.Stamp(b"a", 1, 5_000_000_001, 5_000_000_001)
    whole = replace(stamp, modified=5_000_000_000, changed=5_000_000_000)
    monkeypatch.setattr("catseye.datasets.folders.inspection_cache.time.time_ns", lambda: 5_010_000_001)
    assert [unsettled_for(stamp), unsettled_for(whole)] == pytest.approx([0.01, 1.99])
    monkeypatch.setattr("catseye.datasets.folders.inspection_cache.time.time_ns", lambda: 7_000_000_001)
    assert (unsettled_for(stamp), unsettled_for(whole)) == (0, 0)


@pytest.mark.parametrize(
    "column", ["digest = 'a' || substr(digest, 2)", "width = 1", "fault = 'broken'", "checksum = ''"]
)
def test_a_damaged_inspection_is_made_again(photos: Dataset, home: Path, column: str) -> None:
    with closing(sqlite3.connect(home / inspection_cache.FILE)) as database, database:
        database.execute(f"UPDATE inspections SET {column}")
    again = catseye.load(Path(photos.info.name), data_dir=home)
    assert again["train"].fingerprint() == photos["train"].fingerprint()
    assert (again.left_out, again.info.shape) == ((), photos.info.shape)


@pytest.mark.slow
def test_a_run_is_saved_although_pictures_disappear_while_it_is_reported(
    photos: Dataset, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They go when all is computed, before it is compared with PyTorch and shown in the report."""
    train, test = files(photos, "train"), files(photos, "test")

    def remove_and_fit(*arguments: Any) -> Head:
        for path in test.paths:
            path.unlink()
        return fit_head(*arguments)

    monkeypatch.setattr(execution, "fit_head", remove_and_fit)
    run = catseye.transfer(photos, data_dir=home, out=tmp_path / "run")
    assert (run.result.features.agreement.pictures if run.result.features else None) == 0
    assert catseye.Classifier.load(tmp_path / "run").predict(train.paths[0])
    assert '<img src=""' not in (tmp_path / "run" / "report.html").read_text()


@pytest.mark.slow
def test_a_fine_tuning_does_not_go_on_with_other_pictures(
    photos: Dataset, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    options: dict[str, Any] = {
        "fine_tune": True,
        "epochs": 1,
        "batch_size": 8,
        "data_dir": home,
        "out": tmp_path / "run",
    }
    with monkeypatch.context() as patch:
        patch.setattr(fine_tuning, "fine_tune_from_head", stop)
        with pytest.raises(KeyboardInterrupt):
            catseye.transfer(photos, **options)
    draw(files(photos, "train").paths[0], (9, 9, 9))
    with pytest.raises(UsageError, match="started with other data"):
        catseye.transfer(photos, **options, resume=True)
