"""Folders whose names are Russian, Bengali, Chinese and Arabic, through the commands and their figures."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from catseye.cli import main
from tests.conftest import draw

if TYPE_CHECKING:
    from collections.abc import Iterator

RUSSIAN, BENGALI, CHINESE, ARABIC = "Кошка полосатая", "রয়েল বেঙ্গল টাইগার", "中华田园猫", "قطة صغيرة جميلة"
RUN, DATA = "запуск قطة", "картинки"
PICTURE = f"{DATA}/{ARABIC}/{ARABIC} 1.png"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pictures of four classes and a run on them."""
    home = tmp_path_factory.mktemp("имена")
    colours = ((200, 30, 30), (30, 200, 30), (30, 30, 200), (200, 200, 30))
    for name, colour in zip((RUSSIAN, BENGALI, CHINESE, ARABIC), colours, strict=True):
        for number in range(12):
            draw(home / DATA / name / f"{name} {number}.png", colour, side=28, seed=number)
    before = Path.cwd()
    os.chdir(home)
    try:
        assert main(["train", DATA, "--epochs", "3", "--out", RUN, "--json"]) == 0
    finally:
        os.chdir(before)
    return home


@pytest.fixture(autouse=True)
def _inside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(folder)
    yield
    for figure in folder.glob("figure*"):
        figure.unlink()


pytestmark = pytest.mark.slow


def test_the_report_and_json_have_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    page = Path(RUN, "report.html").read_text()
    assert all(f"<td>{name}</td>" in page for name in (RUSSIAN, BENGALI, CHINESE, ARABIC))
    capsys.readouterr()
    assert main(["predict", RUN, PICTURE, "--json"]) == 0
    said = capsys.readouterr().out
    assert f'"{PICTURE}"' in said
    assert json.loads(said)[0]["class"] in (RUSSIAN, BENGALI, CHINESE, ARABIC)


@pytest.mark.parametrize(
    "words",
    [
        ["show", DATA],
        ["maps", RUN, PICTURE],
        ["maps", RUN, PICTURE, "--layer", "relu2", "--channel", "3"],
        ["maps", RUN, "--data", DATA, "--layer", "relu2", "--channel", "3"],
        ["receptive-field", RUN, PICTURE],
        ["explain", RUN, PICTURE, "--class", BENGALI],
        ["ideal", RUN, BENGALI, "--steps", "2"],
        ["attack", RUN, PICTURE, "--target", BENGALI, "--steps", "2"],
        ["compare", RUN],
    ],
    ids=lambda words: " ".join(words[:1] + words[3:4]),
)
@pytest.mark.parametrize("ending", ["png", "svg", "html"])
def test_every_figure_is_drawn_without_warnings(
    words: list[str], ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Warnings are errors in tests: no letter is missing from the fonts that a figure names."""
    assert main([*words, "-o", f"figure.{ending}"]) == 0
    said = capsys.readouterr().err
    assert said.count("note: no installed font") <= 1
    assert "Glyph" not in said
    assert "findfont" not in said
    if ending == "png":
        with Image.open("figure.png") as image:
            assert image.width > 300
    else:
        text = Path(f"figure.{ending}").read_text()
        assert "Last Resort" not in text
        assert "no installed font" not in said
