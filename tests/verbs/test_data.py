"""The verbs on data: the same answers as the commands, whatever the data are given as."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import catseye
from catseye.cli import main
from catseye.errors import CatseyeError, UsageError
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes, and a picture that is broken."""
    draw_folder(tmp_path / "photos", {"a": 10, "b": 10})
    (tmp_path / "photos" / "a" / "broken.png").write_bytes(b"")
    return tmp_path / "photos"


@pytest.mark.parametrize("verb", ["info", "check"])
def test_the_document_is_the_command_s(verb: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, str(folder), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert json.loads(json.dumps(getattr(catseye, verb)(str(folder)).to_json())) == document


def test_a_data_set_that_is_loaded_is_not_read_again(folder: Path) -> None:
    dataset = catseye.load(folder)
    assert catseye.info(dataset) is dataset.info
    assert catseye.check(dataset).dataset is dataset
    assert catseye.show(dataset, count=4).info is dataset.info


def test_a_description_needs_no_download(tmp_path: Path) -> None:
    info = catseye.info("kmnist", data_dir=tmp_path)
    assert info.splits == {"train": 60_000, "test": 10_000}
    assert list(tmp_path.iterdir()) == []


def test_strict_makes_a_broken_picture_an_error(folder: Path) -> None:
    assert [out.reason for out in catseye.info(folder).left_out] == ["the file is empty"]
    for verb in (catseye.info, catseye.show):
        with pytest.raises(CatseyeError, match="1 broken picture"):
            verb(folder, strict=True)


def test_wrong_labels_are_looked_for_on_request(folder: Path) -> None:
    with pytest.raises(UsageError, match="unknown backbone"):
        catseye.check(folder, labels=True, backbone="efficientnet")
    assert catseye.check(folder, backbone="efficientnet").pictures == 20


@pytest.mark.parametrize("verb", ["info", "show", "check"])
def test_what_is_no_data_is_said_in_a_sentence(verb: str) -> None:
    with pytest.raises(UsageError, match=r"data must be a name, a path, what catseye\.load returned, or arrays as"):
        getattr(catseye, verb)(3)
    with pytest.raises(UsageError, match="did you mean mnist"):
        getattr(catseye, verb)("mnits")


@pytest.mark.slow
def test_with_labels_every_picture_is_judged(folder: Path) -> None:
    checkup = catseye.check(folder, labels=True)
    assert "no label looks wrong" in checkup.passed or "suspect_label" in checkup.counts
