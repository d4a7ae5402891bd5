"""Two classifiers on the same pictures, judged by SciPy and by published numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import binom, binomtest, norm

from catseye.evaluation.paired_accuracy import PairedCounts, describe_p, mcnemar_exact, score_interval

Z = norm.ppf(0.975)


def test_counts_of_six_pictures() -> None:
    first = np.array([True, True, True, True, False, False])
    second = np.array([True, False, False, False, True, False])
    counts = PairedCounts.of(first, second)
    assert counts == PairedCounts(both=1, only_first=3, only_second=1, neither=1)
    assert counts.examples == 6
    assert counts.difference == pytest.approx(-2 / 6)


def test_the_interval_is_the_published_one() -> None:
    # Fagerland, Lydersen and Laake (2014), airway hyper-responsiveness: Tango's interval for 1 and 7 of 21 pairs.
    assert score_interval(1, 7, 21) == pytest.approx((-0.517, -0.026), abs=5e-4)


@pytest.mark.parametrize(("more", "less", "examples"), [(3, 1, 12), (0, 4, 9), (12, 2, 50), (40, 61, 900), (5, 0, 200)])
def test_the_interval_ends_where_the_score_test_rejects(more: int, less: int, examples: int) -> None:
    """The most probable shares are found by maximising the likelihood numerically, not by the formula."""

    def statistic(difference: float) -> float:
        def unlikelihood(share: float) -> float:  # of pairs of which only the other is a success
            shares = np.array([share + difference, share, 1 - 2 * share - difference]).clip(1e-300, 1)
            return float(-(np.array([more, less, examples - more - less]) * np.log(shares)).sum())

        low, high = max(0.0, -difference), (1 - difference) / 2
        share = minimize_scalar(unlikelihood, bounds=(low, high), method="bounded", options={"xatol": 1e-12}).x
        spread = (2 * share + difference - difference**2) / examples
        return float(((more - less) / examples - difference) / np.sqrt(spread))

    observed, (low, high) = (more - less) / examples, score_interval(more, less, examples)
    assert low == pytest.approx(brentq(lambda d: statistic(d) - Z, -0.999, observed), abs=1e-5)
    assert high == pytest.approx(brentq(lambda d: statistic(d) + Z, observed, 0.999), abs=1e-5)


@pytest.mark.parametrize("examples", [1, 5, 1000])
def test_where_nothing_differs_the_interval_still_has_a_width(examples: int) -> None:
    end = Z**2 / (examples + Z**2)
    assert score_interval(0, 0, examples) == pytest.approx((-end, end))
    assert mcnemar_exact(0, 0) == 1.0


def test_where_everything_differs_the_interval_ends_at_one() -> None:
    low, high = score_interval(10, 0, 10)
    assert 0 < low < 1
    assert high == 1.0
    assert score_interval(0, 10, 10) == pytest.approx((-1.0, -low))


@pytest.mark.parametrize(("examples", "discordant", "difference"), [(20, 0.3, 0.0), (20, 0.3, 0.2), (24, 0.1, 0.05)])
def test_the_interval_has_about_its_nominal_coverage(examples: int, discordant: float, difference: float) -> None:
    """The coverage is summed over all that can be observed, without chance."""
    more, less = (discordant + difference) / 2, (discordant - difference) / 2
    covered = 0.0
    for pairs in range(examples + 1):
        for first in range(pairs + 1):
            low, high = score_interval(first, pairs - first, examples)
            chance = binom.pmf(pairs, examples, discordant) * binom.pmf(first, pairs, more / (more + less))
            covered += chance * (low <= difference <= high)
    assert 0.93 < covered < 0.995  # more where few pairs differ


@pytest.mark.parametrize(("one", "other"), [(0, 1), (3, 9), (9, 3), (6, 6), (0, 20), (117, 156), (700, 900)])
def test_mcnemars_exact_p_is_that_of_the_binomial_test(one: int, other: int) -> None:
    assert mcnemar_exact(one, other) == pytest.approx(binomtest(one, one + other).pvalue, rel=1e-9)


def test_thousands_of_pairs_do_not_overflow() -> None:
    assert mcnemar_exact(9000, 9300) == pytest.approx(binomtest(9000, 18300).pvalue, rel=1e-9)


@pytest.mark.parametrize(
    ("p_value", "words"), [(1.0, "= 1"), (0.01294, "= 0.013"), (1e-4, "= 0.0001"), (9e-5, "< 0.0001")]
)
def test_a_p_value_has_two_digits(p_value: float, words: str) -> None:
    assert describe_p(p_value) == words


def test_the_words_have_sign_interval_and_number() -> None:
    assert str(PairedCounts(336, 14, 3, 6)) == "−3.1 points (95 % interval −5.7 to −0.9, n = 359)"
    assert str(PairedCounts(3, 0, 1, 0)).startswith("+25.0 points (95 % interval ")
