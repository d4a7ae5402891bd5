"""Features: the network's own, computed once, kept through faults, never more pictures in memory than a few."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

import catseye
from catseye.datasets.file_pictures import CHANGED, FilePictures
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.inference.choose import choose_engine
from catseye.inference.engine import BF16, FP32
from catseye.inference.openvino_plugin import multiplies_bf16
from catseye.inference.torch_engine import TorchEngine
from catseye.networks.pretrained import Pretrained
from catseye.networks.pretrained_weights import pretrained
from catseye.system.database import checksum
from catseye.system.device import CPU
from catseye.system.threads import usable_cores
from catseye.transfer_learning.extraction import extract
from catseye.transfer_learning.feature_cache import FeatureCache
from tests.conftest import draw, draw_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from catseye.arrays import Floats, Pixels
    from catseye.datasets import Pictures


class CountingEngine:
    """Gives the mean of each channel as features, and counts what passes through."""

    name = "counting"

    def __init__(self) -> None:
        self.pictures = 0
        self.stop_after = 10**9

    def run(self, pictures: Iterable[Pixels], receive: Callable[[int, Floats], None]) -> None:
        for index, pixels in enumerate(pictures):
            if self.pictures == self.stop_after:
                raise KeyboardInterrupt
            self.pictures += 1
            features = np.zeros(1280, np.float32)
            features[:3] = pixels.mean((1, 2))
            receive(index, features)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Pretrained:
    return pretrained("efficientnet_lite0", None, tmp_path_factory.mktemp("home"))


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    draw_folder(tmp_path / "photos", {"red": 12, "blue": 12})
    return catseye.load(tmp_path / "photos", split="train+test")


@pytest.mark.slow
def test_features_of_both_engines_are_the_networks(found: Pretrained, pictures: Pictures) -> None:
    """Single precision: logits within a thousandth of each other."""
    batch = np.stack([pictures.pixels(i, found.preprocess) for i in range(len(pictures))])
    with torch.inference_mode():
        expected = found.network.extract(found.preprocess.tensor(torch.from_numpy(batch))).numpy()
    weight = found.network.head.weight.detach().numpy()
    for engine in (
        choose_engine(found, FP32, CPU),
        TorchEngine(found.load, found.preprocess, CPU, FP32),
    ):
        vectors = extract(found, pictures, None, engine=engine).vectors
        assert np.abs((vectors - expected) @ weight.T).max() < 1e-3, engine.name


@pytest.mark.slow
@pytest.mark.skipif(not multiplies_bf16(), reason="needs a processor that multiplies bf16")
def test_bf16_names_the_same_class(found: Pretrained, photographs: Path) -> None:
    """On real photographs; it is rounded to 8 bits, so not always."""
    pictures = catseye.load(photographs, split="test[:100]")
    answers = []
    for precision in (FP32, BF16):
        engine = choose_engine(found, precision, CPU)
        vectors = extract(found, pictures, None, engine=engine).vectors
        answers.append((vectors @ found.network.head.weight.detach().numpy().T).argmax(1))
    assert (answers[0] == answers[1]).mean() >= 0.93  # of a thousand classes, many of them alike


def test_the_second_time_nothing_is_computed(found: Pretrained, pictures: Pictures, tmp_path: Path) -> None:
    engine = CountingEngine()
    first = extract(found, pictures, tmp_path, engine=engine)
    again = extract(found, pictures, tmp_path, engine=engine)
    assert (first.computed, again.computed, engine.pictures) == (24, 0, 24)
    assert np.array_equal(first.vectors, again.vectors)


def test_features_follow_the_content_not_the_path(found: Pretrained, pictures: Pictures, tmp_path: Path) -> None:
    engine = CountingEngine()
    extract(found, pictures, tmp_path, engine=engine)
    assert isinstance(pictures, FilePictures)
    moved = tmp_path / "moved"
    (tmp_path / "photos").rename(moved)
    extract(found, catseye.load(moved, split="train+test"), tmp_path, engine=engine)
    assert engine.pictures == 24


def test_equal_pictures_are_computed_once(found: Pretrained, tmp_path: Path) -> None:
    images = np.zeros((5, 3, 8, 8), np.uint8)
    images[3] = 9
    engine = CountingEngine()
    features = extract(found, MemoryPictures(images, np.zeros(5, np.int64), ("a",)), tmp_path, engine=engine)
    assert engine.pictures == 2
    assert features.vectors[:, 0].tolist() == [0, 0, 0, 9, 0]


def test_mirrored_pictures_are_kept_apart(found: Pretrained, tmp_path: Path) -> None:
    images = np.zeros((1, 3, 224, 224), np.uint8)
    images[..., :112] = 255
    pictures = MemoryPictures(images, np.zeros(1, np.int64), ("a",))

    class LeftEngine(CountingEngine):
        def run(self, pictures: Iterable[Pixels], receive: Callable[[int, Floats], None]) -> None:
            super().run((pixels[..., :112] for pixels in pictures), receive)

    engine = LeftEngine()
    values = [
        extract(found, pictures, tmp_path, mirrored=mirrored, engine=engine).vectors[0, 0]
        for mirrored in (False, True, False, True)
    ]
    assert values == [255, 0, 255, 0]
    assert engine.pictures == 2


def test_a_picture_that_vanishes_is_left_out_by_name(found: Pretrained, pictures: Pictures, tmp_path: Path) -> None:
    assert isinstance(pictures, FilePictures)
    pictures.paths[5].unlink()
    pictures.paths[7].write_bytes(b"spoilt")
    features = extract(found, pictures, tmp_path, engine=CountingEngine())
    assert [out.reason for out in features.left_out] == [
        "there is no such file",
        "not a picture in a supported format",
    ]
    assert features.left_out[0].picture == str(pictures.paths[5])
    assert features.kept.tolist() == [i for i in range(24) if i not in (5, 7)]
    assert len(features.vectors) == 22


def test_what_was_computed_before_a_stop_is_kept(found: Pretrained, pictures: Pictures, tmp_path: Path) -> None:
    engine = CountingEngine()
    engine.stop_after = 10
    with pytest.raises(KeyboardInterrupt):
        extract(found, pictures, tmp_path, engine=engine)
    engine.stop_after = 10**9
    assert extract(found, pictures, tmp_path, engine=engine).computed == 14


def test_only_a_few_pictures_are_decoded_ahead(found: Pretrained, pictures: Pictures, tmp_path: Path) -> None:
    """However slow the network is, decoded pictures do not pile up."""
    lock, decoded = threading.Lock(), [0]
    original = type(pictures).pixels

    class Slow(CountingEngine):
        def run(self, pictures: Iterable[Pixels], receive: Callable[[int, Floats], None]) -> None:
            for index, _ in enumerate(pictures):
                with lock:
                    most.append(decoded[0] - index)
                receive(index, np.zeros(1280, np.float32))

    def counted(self: FilePictures, index: int, preprocess: object) -> Pixels:
        with lock:
            decoded[0] += 1
        return original(self, index, preprocess)  # type: ignore[arg-type]

    most: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(pictures), "pixels", counted)
        extract(found, pictures, tmp_path, engine=Slow())
    assert len(most) == 24
    assert max(most) <= 4 * usable_cores() + 1


@pytest.mark.parametrize("damage", ["text", "another table", "empty", "short vectors", "other values", "another's"])
def test_a_spoilt_cache_is_made_anew(found: Pretrained, pictures: Pictures, tmp_path: Path, damage: str) -> None:
    engine = CountingEngine()
    extract(found, pictures, tmp_path, engine=engine)
    (file,) = (tmp_path / "features").glob("*.sqlite")
    if damage == "text":
        file.write_text("this is no database " * 100)
    elif damage == "empty":
        file.write_bytes(b"")
    else:
        with sqlite3.connect(file) as database:
            if damage == "another table":
                database.execute("DROP TABLE features")
                database.execute("CREATE TABLE features (other TEXT)")
            elif damage == "other values":
                (vector,) = database.execute("SELECT vector FROM features").fetchone()
                database.execute("UPDATE features SET vector = ?", (bytes(len(vector)),))
            elif damage == "another's":
                row = database.execute("SELECT vector, checksum FROM features").fetchone()
                database.execute("UPDATE features SET vector = ?, checksum = ?", row)
            else:
                database.execute("UPDATE features SET vector = x'00000000'")
        database.close()
    one_is_its_own = damage == "another's"
    assert extract(found, pictures, tmp_path, engine=engine).computed == 24 - one_is_its_own
    assert extract(found, pictures, tmp_path, engine=engine).computed == 0


def test_numbers_that_are_not_finite_are_neither_kept_nor_believed(found: Pretrained, tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path, found, "engine")
    broken = np.zeros(1280, np.float32)
    broken[7] = np.nan
    cache.keep({"good": np.ones(1280, np.float32), "broken": broken})
    assert list(cache.read(["good", "broken"])) == ["good"]
    (file,) = (tmp_path / "features").glob("*.sqlite")
    with sqlite3.connect(file) as database:
        row = ("broken", broken.tobytes(), checksum("broken", broken.tobytes()))
        database.execute("INSERT INTO features VALUES (?, ?, ?)", row)
    database.close()
    assert list(cache.read(["good", "broken"])) == ["good"]


def test_a_picture_that_changes_is_left_out_and_nothing_is_kept_for_it(
    found: Pretrained, pictures: Pictures, tmp_path: Path
) -> None:
    assert isinstance(pictures, FilePictures)
    content = pictures.paths[5].read_bytes()
    draw(pictures.paths[5], (1, 2, 3))
    features = extract(found, pictures, tmp_path, engine=CountingEngine())
    assert [(out.picture, out.reason) for out in features.left_out] == [(str(pictures.paths[5]), CHANGED)]
    pictures.paths[5].write_bytes(content)
    assert extract(found, pictures, tmp_path, engine=CountingEngine()).computed == 1


def test_another_version_has_a_cache_of_its_own(found: Pretrained, pictures: Pictures, tmp_path: Path) -> None:
    engine = CountingEngine()
    extract(found, pictures, tmp_path, engine=engine)
    engine.name = "counting, another version"
    assert extract(found, pictures, tmp_path, engine=engine).computed == 24
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("catseye.transfer_learning.feature_cache._FORMAT", 2)
        assert extract(found, pictures, tmp_path, engine=engine).computed == 24


def test_where_nothing_can_be_written_nothing_is_kept(found: Pretrained, pictures: Pictures, tmp_path: Path) -> None:
    (tmp_path / "features").write_text("a file stands where the folder should be")
    for _ in range(2):
        assert extract(found, pictures, tmp_path, engine=CountingEngine()).computed == 24


def _keep_many(home: Path, offset: int) -> None:
    cache = FeatureCache(home, pretrained("efficientnet_lite0", None, home), "engine")
    for number in range(20):
        cache.keep({f"picture {offset + number}": np.full(1280, offset + number, np.float32)})


@pytest.mark.slow
def test_processes_that_write_at_once_lose_nothing(found: Pretrained, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_keep_many, args=(tmp_path, 100 * n)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    names = [f"picture {100 * n + number}" for n in range(3) for number in range(20)]
    kept = FeatureCache(tmp_path, found, "engine").read(names)
    assert len(kept) == 60
    assert all(vector[0] == int(name.split()[1]) for name, vector in kept.items())
