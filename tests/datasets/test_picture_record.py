"""The pictures of a run as a table, which is not believed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import catseye
from catseye.datasets.picture_record import RecordedPicture, read_record, write_record
from catseye.errors import CatseyeError
from tests.conftest import draw, draw_folder


def test_a_record_that_was_written_is_read_back(tmp_path: Path) -> None:
    draw_folder(tmp_path / "data", {'c, "a"': 6, "dog": 6})
    draw(tmp_path / "data" / "dog" / "a,\n b.png")
    dataset = catseye.load(tmp_path / "data")
    write_record(tmp_path / "pictures.csv", dict(dataset.splits))  # type: ignore[arg-type]
    found = read_record(tmp_path / "pictures.csv")
    assert [picture.split for picture in found] == ["train"] * 11 + ["test"] * 2
    train = dataset["train"]
    first = RecordedPicture(Path(train.name(0)), train.classes[train.labels[0]], "train", train.content()[0])
    assert found[0] == first
    assert {picture.path for picture in found} >= {tmp_path / "data" / "dog" / "a,\n b.png"}


HEADER, DIGEST = "picture,class,split,sha256", "0" * 64


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a,b,c,d\n",
        f"{HEADER}\nx.png,cat,train\n",
        f"{HEADER}\nx.png,cat,training,{DIGEST}\n",
        f"{HEADER}\nx.png,c\aat,train,{DIGEST}\n",
        f"{HEADER}\n,cat,train,{DIGEST}\n",
        f"{HEADER}\nx\0.png,cat,train,{DIGEST}\n",
        f"{HEADER}\nx.png,cat,train,{DIGEST[1:]}g\n",
        f'{HEADER}\n"x.png,cat,train,{DIGEST}\n',
    ],
)
def test_what_is_damaged_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pictures.csv"
    path.write_text(text)
    with pytest.raises(CatseyeError, match=re.escape(f"{path}, which lists the pictures of a run, cannot be read")):
        read_record(path)
