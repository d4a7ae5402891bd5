"""Drawings of networks: all of the words can be read, and the sizes are those of the summary."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text

import catseye
from catseye.drawing.canvas import PAGE_HEIGHT, PAGE_WIDTH
from catseye.errors import UsageError
from catseye.networks.diagram.block_box import stripes
from catseye.networks.diagram.layout import lay_out
from catseye.networks.diagram.outline import Block, Kind
from catseye.networks.diagram.paths import read_outline
from tests.networks.test_summary import Tied

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

NETWORKS = {
    "dense": None,
    "convnet": None,
    "convnet_without_pooling": None,
    "fashion_convnet": None,
    "vgg16": None,
    "resnet18": None,
    "resnet152": None,
    "mobilenet_v2": None,
    "efficientnet_lite4": None,
    "conv 64 same, 2 × [[conv 64 same, batch norm, conv 64 same linear] + input, relu], pool, dropout .3": None,
    "conv 8 same, [conv 8 1x1 | conv 8 same | pool 3x3 stride 1 same], pool global, dense 10": None,
    "conv 8 same, [[conv 8 1x1 | [conv 16 same, conv 8 same] + [conv 8 1x1]], conv 8 same] + input, relu": None,
    "conv 16 same, pool, upsample, conv 32 same, upsample 2 bilinear, pool global max, dense 5 tanh": (64, 48, 3),
    f"{', '.join(f'conv {8 + number}' for number in range(40))}, pool global": (128, 128, 3),
    f"[conv 4 same | {' | '.join(['conv 5 same'] * 8)} | conv 6 same] + [conv 50 1x1]": None,
    "8 × [[conv 8 same | conv 7 same], conv 8 same, 3 × [conv 8 same] + input, pool same], flatten": (256, 256, 3),
    f"{'long' * 10}: flatten, dense 5000, dense 12": (8, 4000, 1),
    "relu, batch norm": (1, 1, 1),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("network", NETWORKS, ids=lambda name: name[:40])
def test_no_words_overlap_and_none_are_cut(network: str) -> None:
    figure = drawn(network)
    renderer: Any = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    boxes = {text: text.get_window_extent(renderer) for text in texts(figure)}
    width, height = figure.get_size_inches() * figure.dpi
    for text, box in boxes.items():
        assert 0 <= box.x0 < box.x1 <= width, text.get_text()
        assert 0 <= box.y0 < box.y1 <= height, text.get_text()
    overlapping = {
        (one.get_text(), other.get_text())
        for one, other in combinations(boxes, 2)
        if (shared := boxes[one].padded(-1).intersection(boxes[one].padded(-1), boxes[other].padded(-1))) is not None
        and shared.width > 0
        and shared.height > 0
    }
    assert overlapping == set()
    assert figure.get_size_inches()[0] / figure.get_size_inches()[1] == pytest.approx(16 / 9)
    assert min(float(text.get_fontsize()) for text in boxes) >= 8  # points, on a slide 13.3 inches wide


@pytest.mark.parametrize("network", [name for name in NETWORKS if name.isidentifier()])
def test_a_named_network_fits_on_a_slide(network: str) -> None:
    assert tuple(drawn(network).get_size_inches()) == pytest.approx((PAGE_WIDTH, PAGE_HEIGHT))


def test_the_lessons_sizes_words_and_parameters_are_on_it() -> None:
    words = "\n".join(text.get_text() for text in texts(drawn("convnet")))
    joined = words.replace("\n×", "×")
    for size in ("28×28×1", "26×26×32", "13×13×32", "11×11×64", "5×5×64", "3×3×128", "1,152"):
        assert size in joined
    for said in ("conv 3×3", "max pool", "flatten", "dense 10", "320 parameters", "104,202 parameters", "pooling"):
        assert said in words


def test_filters_and_padding_stand_below_and_words_that_belong_together_in_one_line() -> None:
    network = (
        "conv 32 5 same stride 2, batch norm, pool 3 stride 1 same, conv 64 same, pool 3 stride 2, conv 128, flatten"
    )
    lines = [text.get_text() for text in texts(drawn(network))]
    words = " ".join(lines)
    for said in (
        "conv 5×5, 32, stride 2, same",
        "max pool 3×3, stride 1, same",
        "conv 3×3, 64, pad 1",
        "conv 3×3, 128",
    ):
        assert said in words
    pairs = ("stride", "pad", "batch")  # no line ends within "stride 2", "pad 1" or "batch norm"
    assert [line for line in lines if line.endswith(pairs)] == []


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("conv 16 same, 6 × [[conv 16 same, batch norm, conv 16 same linear] + input], pool global, dense 10", True),
        (", ".join(["conv 16 same gelu"] * 40) + ", pool global", False),
    ],
)
def test_a_title_is_cut_only_where_there_is_no_room(text: str, whole: bool) -> None:
    summary = catseye.summary(text)
    assert len(summary.network) == 40  # a table has less room
    title = summary.diagram().figure().axes[0].texts
    found = next(one for one in title if one.get_text().startswith("conv 16 same") and one.get_fontweight() == "bold")
    assert (found.get_text() == text) is whole
    assert ("…" in found.get_text()) is not whole
    assert float(found.get_fontsize()) >= 12


def test_blocks_are_to_scale_by_the_square_root() -> None:
    heights = [block_height(solid) for solid in fronts(drawn("conv 4 same, pool, pool 7, flatten"))]
    picture, conv, pool, small = heights[:4]  # 28, 28, 14 and 2 pixels high
    assert conv == pytest.approx(picture)
    assert conv / pool == pytest.approx(2**0.5, rel=1e-6)
    assert conv / small == pytest.approx(14**0.5, rel=1e-6)


def test_the_paper_is_white_in_light_and_dark(tmp_path: Path) -> None:
    diagram = catseye.summary("convnet").diagram()
    figure = diagram.figure()
    assert to_rgb(figure.patch.get_facecolor()) == (1, 1, 1)
    assert figure.patch.get_alpha() == 1
    assert "#ffffff" in diagram.save(tmp_path / "net.svg").read_text()
    page = diagram.save(tmp_path / "net.html").read_text()
    drawing = page[page.index("<svg") : page.index("</svg>")]
    assert "currentColor" not in drawing
    assert "#ffffff" in drawing


def test_it_is_saved_as_a_page_for_slides_and_the_same_each_time(tmp_path: Path) -> None:
    diagram = catseye.summary("conv 4, pool, flatten, dense 10").diagram()
    one, other = (diagram.save(tmp_path / name).read_bytes() for name in ("one.pdf", "other.pdf"))
    assert one.startswith(b"%PDF")
    assert one == other
    with pytest.raises(UsageError, match=r"\.pdf"):
        diagram.save(tmp_path / "net.jpg")
    assert repr(diagram) == "Diagram(conv 4, pool, flatten, dense 10, 4 layers)"
    assert diagram.to_json()["parameters"] == 40 + 10 * 677


def drawn(network: str) -> Figure:
    return catseye.summary(network, shape=NETWORKS.get(network)).diagram().figure()


def texts(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if isinstance(text, Text) and text.get_text().strip()]


def fronts(figure: Figure) -> list[Polygon]:
    """Return the front faces, each drawn last of its block's three."""
    faces = [patch for patch in figure.axes[0].patches if type(patch) is Polygon]
    return faces[2::3]


def block_height(face: Polygon) -> float:
    corners = np.asarray(face.get_xy())
    return float(np.ptp(corners[:, 1]))


def test_the_white_behind_the_words_is_drawn_and_not_only_the_figure_s_background() -> None:
    """A page in the dark leaves that background out, and the words are black."""
    (axes,) = catseye.summary("convnet").diagram().figure().axes
    papers = [
        patch
        for patch in axes.patches
        if isinstance(patch, Rectangle) and (patch.get_width(), patch.get_height()) == (PAGE_WIDTH, PAGE_HEIGHT)
    ]
    (paper,) = papers
    assert to_rgb(paper.get_facecolor()) == (1, 1, 1)
    assert paper.get_zorder() < min(text.get_zorder() for text in axes.texts)


def test_a_layer_that_is_used_again_points_to_the_first() -> None:
    figure = catseye.summary(Tied(), shape=(4, 4, 1)).diagram().figure()
    words = "\n".join(text.get_text() for text in texts(figure)).replace("\n", " ")
    assert words.count("conv1: conv 3×3") == 1
    assert words.count("some weights of conv1") == 1
    assert words.count("weights of conv1") == 2
    assert "(weights of norm)" in words


def test_a_block_of_several_layers_has_a_stripe_for_each() -> None:
    items = lay_out(read_outline(catseye.summary("vgg16"))[0]).items
    groups = [item.kinds for item in items if isinstance(item, Block) and item.kind == "group"]
    assert groups[:3] == [
        ("convolution",) * 2,
        ("pooling", "convolution", "convolution"),
        ("pooling", "convolution", "convolution", "convolution"),
    ]


def test_many_layers_share_stripes() -> None:
    conv: Kind = "convolution"
    pool: Kind = "pooling"
    assert stripes((conv, conv, pool)) == ((conv, 1), (conv, 1), (pool, 1))
    assert stripes((conv,) * 20 + (pool,)) == ((conv, 20), (pool, 1))
    assert stripes((conv, conv, pool) * 10) == ((conv, 20), (pool, 10))
