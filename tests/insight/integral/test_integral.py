"""Convolution as an integral, against what can be worked out by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from catseye.drawing.style import BLUE, ORANGE
from catseye.errors import UsageError
from catseye.insight.integral.figure import GREEN, choose_moments
from catseye.insight.integral.film import choose_places
from catseye.insight.integral.functions import FUNCTIONS, read_function
from catseye.insight.integral.integral import KINDS, SlidingIntegral

if TYPE_CHECKING:
    from pathlib import Path

LISTS = st.lists(st.integers(-9, 9), min_size=1, max_size=6)


def integral(f: object, g: object, kind: str = "convolution") -> SlidingIntegral:
    return SlidingIntegral(read_function(f), read_function(g), kind)


def test_two_boxes_make_a_triangle() -> None:
    found = integral("box", "box")
    assert found.values == pytest.approx(np.clip(1 - np.abs(found.x), 0, None), abs=1e-12)


def test_a_narrow_box_on_a_wide_one_makes_a_trapezium() -> None:
    found = integral("box:0.5", "box:2")
    expected = np.clip(1.25 - np.abs(found.x), 0, 0.5)  # flat up to 0.75, then down to 1.25
    assert found.values == pytest.approx(expected, abs=1e-12)


def test_box_and_ramp_by_hand() -> None:
    """For x up to ½ the integral of u from 0 to x + ½; then from x − ½ to 1."""
    found = integral("box", "ramp")
    x = found.x
    rising = np.clip(x + 0.5, 0, 1) ** 2 / 2
    falling = np.clip((1 - np.clip(x - 0.5, 0, 1) ** 2) / 2, 0, None)
    assert found.values == pytest.approx(np.where(x < 0.5, rising, falling), abs=1e-12)


def test_two_triangles_make_the_cubic_spline() -> None:
    found = integral("triangle", "triangle")
    x = np.abs(found.x)
    near, far = 2 / 3 - x**2 + x**3 / 2, np.clip(2 - x, 0, None) ** 3 / 6
    assert found.values == pytest.approx(np.where(x < 1, near, far), abs=1e-12)


@pytest.mark.parametrize(("first", "second"), [("gaussian", "gaussian"), ("gaussian:0.5", "gaussian:2")])
def test_variances_of_gaussians_add(first: str, second: str) -> None:
    found = integral(first, second)
    variance = sum(float(name.partition(":")[2] or 1) ** 2 for name in (first, second))
    bell = np.exp(-np.square(found.x) / (2 * variance)) / math.sqrt(2 * math.pi * variance)
    assert found.values == pytest.approx(bell, abs=1e-6)
    moments = found.moments()[2]
    assert moments
    assert moments.variance == pytest.approx(variance, abs=1e-6)


def test_steps_and_exponentials_by_hand() -> None:
    steps = integral("step", "step")
    assert steps.values == pytest.approx(np.clip(steps.x, 0, None), abs=1e-12)
    decays = integral("exponential", "exponential")
    x = np.clip(decays.x, 0, None)
    assert decays.values == pytest.approx(x * np.exp(-x), abs=1e-9)
    charged = integral("step", "exponential")  # a capacitor
    x = np.clip(charged.x, 0, None)
    assert charged.values == pytest.approx(1 - np.exp(-x), abs=1e-9)


@given(LISTS, LISTS)
def test_lists_give_the_discrete_operations_at_whole_numbers(first: list[int], second: list[int]) -> None:
    convolved = integral(first, second)
    expected = np.convolve(first, second)
    assert [convolved.at(x) for x in range(len(expected))] == pytest.approx(expected.tolist(), abs=1e-9)
    correlated = integral(first, second, "cross-correlation")
    slid = np.correlate(first, second, "full").tolist()  # begins where only the last value of the second has come in
    places = range(1 - len(second), len(first))
    assert [correlated.at(x) for x in places] == pytest.approx(slid, abs=1e-9)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "step"])
def test_an_autocorrelation_is_symmetric_and_largest_in_the_middle(name: str) -> None:
    curve = read_function(name)
    found = SlidingIntegral(curve, curve, "autocorrelation")
    assert found.values == pytest.approx(found.values[::-1], abs=1e-9)
    assert found.at(0) == pytest.approx(found.values.max())


def test_cross_correlation_is_the_convolution_with_the_flipped_function() -> None:
    f, g = read_function("exponential"), read_function("ramp")
    slid = SlidingIntegral(f, g, "cross-correlation")
    flipped = SlidingIntegral(f, g.flipped())
    assert slid.range == flipped.range
    assert slid.values == pytest.approx(flipped.values, abs=1e-12)
    mirrored = SlidingIntegral(g, f, "cross-correlation")  # the order matters: it mirrors the result
    assert mirrored.values == pytest.approx(slid.values[::-1], abs=1e-9)
    assert SlidingIntegral(g, f).values == pytest.approx(SlidingIntegral(f, g).values, abs=1e-9)


def test_the_area_of_the_drawn_product_is_the_result() -> None:
    found = integral("triangle", "exponential")
    z = np.linspace(-3, 6, 90_001)
    for x in (-0.5, 0.0, 1.25):
        product = found.f.evaluate(z) * found.slid(z, x)
        assert np.trapezoid(product, z) == pytest.approx(found.at(x), abs=1e-4)


def test_json_has_the_points_and_the_formula() -> None:
    told = integral("box", "box").to_json()
    assert told["formula"] == "(f∗g)(x) = ∫ f(z) g(x−z) dz"
    assert dict(zip(told["x"], told["result"], strict=True))[0.5] == pytest.approx(0.5)
    assert len(told["x"]) <= 201
    assert (told["largest"], told["largest_at"]) == (pytest.approx(1), 0)
    assert integral("step", "box").to_json()["moments"]["result"] is None


def test_of_lists_whole_x_count() -> None:
    lists = integral([1, 2, 3], [1, 0, -1])
    assert lists.formula == "(f∗g)(x) = Σ f(z) g(x−z)"
    assert lists.whole_x.tolist() == [-1, 0, 1, 2, 3, 4, 5]
    for found in (lists, integral([1], [1]), integral([0, 0], [5]), integral([1, 0, 0, 0, 0], [1], KINDS[1])):
        moments = choose_moments(found)
        assert len(set(moments)) == 3
        assert all(x in found.whole_x for x in (*moments, *choose_places(found)))
    assert integral([1, 2], "box").formula == "(f∗g)(x) = ∫ f(z) g(x−z) dz"


def test_of_a_result_that_does_not_fall_back_to_0_the_moments_are_where_it_rises() -> None:
    # The area behind x is Φ(x / 0.5), which is 5, 50 and 95 % at −0.82, 0 and 0.82.
    found = integral("step", "gaussian:0.5")
    assert choose_moments(found) == [-0.875, 0, 0.875]
    assert [round(found.at(x), 4) for x in choose_moments(found)] == [0.0401, 0.5, 0.9599]
    for other in ("box:2", "exponential:2", "gaussian"):
        found = integral("step", other)
        areas = [found.at(x) / found.values.max() for x in choose_moments(found)]
        assert areas[0] < 0.25 < areas[1] < 0.75 < areas[2] < 1


def test_no_moment_of_the_figure_cuts_the_sliding_function() -> None:
    found = integral("step", "gaussian:0.5")
    for axes in found.figure().axes[2:]:
        if axes.get_xlabel() == "z":
            # A gaussian of σ = 0.5 is drawn over 3.5 σ on either side.
            assert axes.get_xlim()[0] <= -0.875 - 1.75


@pytest.mark.slow
def test_the_film_names_the_product_and_keeps_the_colours_of_the_lines(tmp_path: Path) -> None:
    path = integral("step", "gaussian:0.5").save(tmp_path / "film.gif")
    with Image.open(path) as film:
        film.seek(24)
        found = {"#{:02x}{:02x}{:02x}".format(*colour) for _, colour in film.convert("RGB").getcolors(1000)}  # type: ignore[misc,union-attr]
    assert {BLUE, ORANGE, GREEN} <= found


def test_what_is_infinite_or_unknown_is_refused() -> None:
    for kind in KINDS[1:]:
        with pytest.raises(UsageError, match="of two steps is infinite"):
            integral("step", "step:2", kind)
    with pytest.raises(UsageError, match="unknown kind 'convoluton'; did you mean convolution"):
        integral("box", "box", "convoluton")
