"""Words and tables as a figure."""

from __future__ import annotations

from catseye.drawing.parts import Table
from catseye.drawing.parts_figure import draw_parts


def test_a_row_is_on_one_line_in_every_script_and_bold_totals_have_room() -> None:
    table = Table(("class", "n>"), (("বাঘ", "1"), ("قطة", "9")), ("all", "1,000,000"))
    texts = {text.get_text(): text for text in draw_parts((table,)).axes[0].texts}
    assert set(texts) == {"class", "n", "বাঘ", "1", "قطة", "9", "all", "1,000,000"}
    for left, right in (("বাঘ", "1"), ("قطة", "9"), ("all", "1,000,000")):
        assert texts[left].get_position()[1] == texts[right].get_position()[1]
        assert texts[left].get_verticalalignment() == "baseline"
    assert [texts[name].get_position()[1] for name in ("class", "বাঘ", "قطة", "all")] == sorted(
        texts[name].get_position()[1] for name in ("class", "বাঘ", "قطة", "all")
    )
