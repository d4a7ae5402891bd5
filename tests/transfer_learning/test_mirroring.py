"""Whether a head says that mirror images show other classes."""

from __future__ import annotations

import numpy as np
import pytest

from catseye.transfer_learning.head import Examples, fit_head
from catseye.transfer_learning.mirroring import refuse_mirroring


def examples(copies: str, count: int = 40) -> Examples:
    """Two classes, told apart by the first of four features, which a mirror may turn into that of the other class."""
    generator = np.random.default_rng(0)
    labels = np.arange(count) % 2
    vectors = generator.normal(size=(count, 4))
    vectors[:, 0] += 4.0 * labels - 2
    turned = vectors * ([-1, 1, 1, 1] if copies == "of the other class" else [1, 1, 1, 1])
    turned[:, 1] += generator.normal(size=count)
    return Examples(vectors.astype(np.float32), labels, 2, turned.astype(np.float32))


def refusal(given: Examples) -> str:
    alone = Examples(given.vectors, given.labels, given.classes)
    return refuse_mirroring(fit_head(alone, 0), given, 0)


def test_mirror_images_of_the_other_class_are_refused_with_both_losses() -> None:
    said = refusal(examples("of the other class"))
    assert said.startswith("Pictures were not mirrored in fine-tuning: with their mirror images, the cross-validated")
    before, after = (float(word.rstrip(".")) for word in said.split() if word.startswith("0."))
    assert before < 0.2
    assert 0.5 < after < 0.8  # near log 2: such a head can say nothing


def test_mirror_images_that_look_alike_are_not() -> None:
    assert refusal(examples("of the same class")) == ""


@pytest.mark.parametrize("count", [1, 2])
def test_nothing_is_refused_where_no_class_has_two_pictures(count: int) -> None:
    assert refusal(examples("of the other class", count)) == ""
