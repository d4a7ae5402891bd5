"""An answer as HTML: everything escaped, right-to-left names in their place."""

from __future__ import annotations

from catseye.drawing.notebook import to_html
from catseye.drawing.parts import Table
from catseye.drawing.view import View


def test_arabic_names_keep_their_place_and_everything_is_escaped() -> None:
    table = Table(("قطة>", "<b>"), (("pets/قطة/كلب 3.png", "& 'x'"),), ("قطة 3 %", ""))
    page = to_html(View("title", ("قطة → <i>كلب</i>", table)))
    assert "<bdi>قطة</bdi> → &lt;i&gt;<bdi>كلب</bdi>&lt;/i&gt;" in page
    assert "pets/<bdi>قطة</bdi>/<bdi>كلب</bdi> 3.png" in page
    assert "<bdi>قطة</bdi> 3 %" in page
    assert "&amp; &#39;x&#39;" in page
    assert "<b>" not in page
