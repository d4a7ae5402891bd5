"""Names in every script are drawn with installed fonts; what has none is boxes, said once, and text in an SVG."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ft2font import LoadFlags
from PIL import Image

from catseye.drawing import fonts
from catseye.drawing.fonts import BOXES, find_families, find_font, use_fonts
from catseye.drawing.style import encode_figure, styled, svg
from catseye.drawing.view import View
from tests.conftest import bring

if TYPE_CHECKING:
    from collections.abc import Iterator

# Scripts that matplotlib's font has, and those that Debian's packages fonts-beng and fonts-noto-core bring.
OWN = {"Cyrillic": "Кошка ёж", "Greek": "γάτα", "Arabic": "قطة صغيرة", "Hebrew": "עִבְרִית", "Latin": "Ærøskøbing ﬁ €"}
DEBIAN = {"Bengali": "রয়েল বেঙ্গল।", "Devanagari": "विद्यार्थी।", "Tamil": "தமிழ்", "Thai": "แมวน้ำ"}
HAN = "中华田园猫"


@pytest.fixture
def debian() -> None:
    """Fonts for Bengali, Devanagari, Tamil and Thai."""
    names = {entry.name for entry in fontManager.ttflist}
    if not all(f"Noto Sans {script}" in names for script in DEBIAN):
        bring("fonts (Debian's packages fonts-beng and fonts-noto-core)")


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without any font but matplotlib's."""
    monkeypatch.setattr(fonts, "_installed", dict)
    fonts._families.cache_clear()
    fonts._tell_boxes.cache_clear()
    yield
    fonts._families.cache_clear()
    fonts._tell_boxes.cache_clear()


def write(*names: str, weight: str = "normal") -> Figure:
    """Return a figure that says these names, one below the other."""
    figure = Figure((4, 0.4 * len(names)), dpi=100)
    for row, name in enumerate(reversed(names)):
        figure.text(0.02, (row + 0.3) / len(names), name, fontsize=14, fontweight=weight)
    return figure


def ink(figure: Figure) -> np.ndarray:
    """Return which pixels of a figure are dark."""
    return np.asarray(Image.open(io.BytesIO(encode_figure(figure, "png", 100))).convert("L")) < 128


@pytest.mark.parametrize("name", OWN.values(), ids=OWN)
def test_what_matplotlib_s_own_font_has_needs_no_other(name: str) -> None:
    assert find_families(name) == ()


@pytest.mark.usefixtures("debian")
def test_each_script_has_a_font_that_has_all_its_letters() -> None:
    for script, name in DEBIAN.items():
        assert find_families(name) == (f"Noto Sans {script}",)
    together = find_families(" ".join([*OWN.values(), *DEBIAN.values()]))
    assert set(together) == {f"Noto Sans {script}" for script in DEBIAN}


@pytest.mark.usefixtures("debian")
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_names_of_every_script_are_drawn_without_boxes_or_warnings(
    weight: str, caplog: pytest.LogCaptureFixture
) -> None:
    names = [*OWN.values(), *DEBIAN.values(), "cat বাঘ dog กบ"]
    with styled(), caplog.at_level(logging.WARNING):
        figure = write(*names, weight=weight)
        drawn = ink(figure)  # warnings are errors here
    assert not caplog.records
    assert drawn.sum() > 2000
    for name in names:
        glyphs = _glyphs(name, bold=weight == "bold")
        assert BOXES not in {family for family, _ in glyphs}
        assert all(index for _, index in glyphs)


@pytest.mark.usefixtures("debian")
def test_letters_are_shaped() -> None:
    conjunct, apart = _glyphs("ঙ্গ"), _glyphs("ঙ") + _glyphs("্") + _glyphs("গ")
    assert len(conjunct) < len(apart)
    first, last = _glyphs("قط")[-1], _glyphs("ق")[0]
    assert first != last  # the first letter of a word is at its right end, and joined


@pytest.mark.usefixtures("debian")
def test_a_name_below_an_axis_has_its_font_too() -> None:
    with styled():
        figure = Figure()
        axes = figure.subplots()
        axes.bar(["বাঘ", HAN], [1, 2])
        axes.legend(["แมว"])
        encode_figure(figure, "png")  # warnings are errors here
        text = encode_figure(figure, "svg").decode()
    assert "'Noto Sans Bengali'" in text
    assert all(name in text for name in ("বাঘ", HAN, "แมว"))


@pytest.mark.usefixtures("no_fonts")
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_a_letter_without_a_font_is_a_box_which_is_said_once(weight: str, caplog: pytest.LogCaptureFixture) -> None:
    with styled():
        for _ in range(2):
            assert ink(write(f"cat {HAN}", weight=weight)).sum() > 300
    (record,) = caplog.records
    assert record.getMessage().startswith("no installed font has all letters of these names (Chinese characters), so")
    assert record.note  # type: ignore[attr-defined]


@pytest.mark.usefixtures("no_fonts")
def test_an_svg_has_the_text_itself_and_leaves_the_font_to_the_browser(caplog: pytest.LogCaptureFixture) -> None:
    with styled():
        text = svg(write(f"cat {HAN}", "বাঘ", "🐈"))
    assert all(name in text for name in (f"cat {HAN}", "বাঘ", "🐈"))
    assert BOXES not in text
    assert "sans-serif;" in text
    assert not caplog.records


@pytest.mark.usefixtures("no_fonts")
def test_a_figure_that_is_handed_out_can_be_saved_by_anyone_without_warnings() -> None:
    figure = View("title", (), lambda: write(HAN, "قطة → كلب")).figure()
    figure.savefig(io.BytesIO(), format="png")
    assert [text.get_text() for text in figure.texts] == ["\u2068قطة\u2069 → \u2068كلب\u2069", HAN]


def test_an_arrow_between_two_arabic_names_points_from_the_first_to_the_second() -> None:
    """Set as a line of Arabic, the first name would stand at the right, and the arrow point at it."""
    with styled():
        drawn, first = ink(write("قطة → كلب")), ink(write("قطة"))
    width = int(np.flatnonzero(first.any(axis=0))[-1]) + 1
    assert (drawn[:, :width] == first[:, :width]).mean() > 0.98


def test_fonts_that_matplotlib_cannot_draw_are_not_chosen() -> None:
    families = fonts._installed()
    assert "Noto Color Emoji" not in families
    assert all(letters for letters in families.values())


def test_use_fonts_twice_changes_nothing_more() -> None:
    figure = write("вид", HAN, "قطة 3 %")
    use_fonts(figure)
    before = [(text.get_text(), text.get_fontfamily()) for text in figure.texts]
    use_fonts(figure)
    assert [(text.get_text(), text.get_fontfamily()) for text in figure.texts] == before


def _glyphs(text: str, *, bold: bool = False) -> list[tuple[str, int]]:
    """Return family and number of each glyph, from left to right, with which a text is set."""
    font = find_font(text, bold=bold)
    font.set_size(100, 72)
    return [(item.ft_object.family_name, item.glyph_index) for item in font._layout(text, LoadFlags.NO_HINTING)]
