"""Names fit into the room that there is, and are cut only where there is none."""

from __future__ import annotations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from catseye.drawing.fonts import use_fonts
from catseye.drawing.graphemes import letters
from catseye.drawing.labels import cut_text, fit_text, text_width, wrap_text
from catseye.drawing.style import styled

BENGALI, CHINESE = "রয়েল বেঙ্গল টাইগার", "中华田园猫与布偶猫的长名字" * 3
NAMES = (
    "tabby",
    "Staffordshire terrier",
    "a class whose name says in sixty letters all that it can say",
    "n" * 60,
    "under_scored_names_have_no_spaces_but_may_be_wrapped_as_well",
    BENGALI,
    "ক্ষুধার্ত_বিদ্যার্থী" * 3,
    CHINESE,
    "قطة صغيرة جميلة " * 4,
    "🇧🇩 👍🏽 " * 6,
    "नाम e\u0301te\u0301",
)


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_widths_are_at_least_those_that_matplotlib_draws(name: str, bold: bool) -> None:
    figure = Figure((8, 1), dpi=150)
    with styled():
        text = figure.text(0, 0, name, fontsize=7, fontweight="bold" if bold else "normal")
        use_fonts(figure)
        drawn = text.get_window_extent(FigureCanvasAgg(figure).get_renderer()).width / 150  # type: ignore[no-untyped-call]
    assert drawn <= text_width(name, 7, bold=bold) + 0.02
    assert text_width(name, 7, bold=bold) <= 1.15 * drawn


def test_type_gets_smaller_before_a_word_is_broken() -> None:
    assert "\n" not in fit_text("newfoundland", 1.1, 12, lines=2, smallest=9).text
    assert fit_text("newfoundland", 1.1, 12, lines=2, smallest=12).text.count("\n") == 1


@pytest.mark.parametrize("width", [0.5, 1.15, 3.0])
@pytest.mark.parametrize("name", NAMES)
def test_every_line_fits(name: str, width: float) -> None:
    label = fit_text(name, width, 8, lines=2, smallest=6)
    lines = label.text.split("\n")
    assert len(lines) <= 2
    assert all(text_width(line, label.size) <= width for line in lines)
    assert 6 <= label.size <= 8
    cut = cut_text(name, width, 8)
    assert text_width(cut, 8) <= width


def test_a_name_is_wrapped_then_set_smaller_and_only_then_cut() -> None:
    name = "American Staffordshire terrier"
    assert fit_text(name, 3, 8, lines=2, smallest=6).text == name
    second = text_width("Staffordshire terrier", 8)
    wrapped = fit_text(name, 1.01 * second, 8, lines=2, smallest=6)
    assert (wrapped.text, wrapped.size) == ("American\nStaffordshire terrier", 8)
    smaller = fit_text(name, 0.9 * second, 8, lines=2, smallest=6)
    assert smaller.size < 8
    assert smaller.text.replace("\n", " ") == name
    cut = fit_text(name, 0.6, 8, lines=2, smallest=7)
    assert cut.size == 7
    assert cut.text.replace("\n", "").startswith("Amer")
    assert cut.text.endswith("er")
    assert "…" in cut.text


def test_cut_names_keep_both_ends_and_paths_their_last_part() -> None:
    one, two = (cut_text(f"a very long name of a class, number {n}", 1, 8) for n in (1, 2))
    assert one != two
    assert one.startswith("a very")
    assert one.endswith("1")
    path = cut_text("a/long/folder/of/many/pictures/cat.jpg", 1, 8, tail=True)
    assert path.startswith("…")
    assert path.endswith("cat.jpg")


def test_lines_break_between_words_and_only_a_long_word_within() -> None:
    assert wrap_text("one two", text_width("one two", 9) - 0.01, 9) == ["one", "two"]
    assert wrap_text("", 1, 9) == [""]
    assert wrap_text("about 98.6 %", text_width("about 98.6", 9) - 0.01, 9) == ["about", "98.6 %"]
    assert wrap_text("folder/cat.jpg", text_width("folder/cat.", 9), 9) == ["folder/cat.", "jpg"]
    lines = wrap_text("n" * 40, 1, 9)
    assert len(lines) > 1
    assert "".join(lines) == "n" * 40
    assert fit_text("two\nlines", 5, 9).text == "two lines"


def test_a_number_stays_with_its_sign() -> None:
    (first, second) = wrap_text("Fooled: tabby (100.0 %)", text_width("Fooled: tabby (100.0", 10), 10)
    assert (first, second) == ("Fooled: tabby", "(100.0 %)")


@pytest.mark.parametrize("width", [0.3, 0.7, 1.5])
@pytest.mark.parametrize("name", [*NAMES[5:], "👩‍👩‍👧🇧🇩👍🏽" * 6])
def test_letters_are_never_cut(name: str, width: float) -> None:
    """A Bengali conjunct, a base with its marks, an emoji of several parts stay whole."""
    whole = set(letters(name)) | {"…", " "}
    wrapped = wrap_text(name, width, 9)
    assert {letter for line in wrapped for letter in letters(line)} <= whole
    assert "".join("".join(wrapped).split()) == "".join(name.split())
    for cut in (cut_text(name, width, 9), cut_text(name, width, 9, tail=True), fit_text(name, width, 9, lines=2).text):
        assert {letter for line in cut.split("\n") for letter in letters(line)} <= whole
