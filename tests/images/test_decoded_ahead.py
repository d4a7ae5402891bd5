"""What is decoded ahead is what would be decoded later, as long as memory allows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from catseye.images import decoded_ahead
from catseye.images.decoded_ahead import DecodedAhead, current_ahead, decoding_ahead
from catseye.images.preprocess import Preprocess
from catseye.images.value_range import SIXTEEN_BITS

SMALL = Preprocess(4, 4, 3)
PICTURE = np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8)


def test_a_picture_is_taken_once() -> None:
    ahead = DecodedAhead(SMALL)
    ahead.put("digest", PICTURE)
    taken = ahead.take("digest", SMALL.normalised((0.5,) * 3, (0.1,) * 3))  # which pixels do not depend on
    assert taken is not None
    assert np.array_equal(taken, SMALL.pixels(PICTURE))
    assert ahead.take("digest", SMALL) is None


@pytest.mark.parametrize(
    "other",
    [
        Preprocess(4, 5, 3),
        Preprocess(4, 4, 1),
        replace(SMALL, crop_share=0.5),
        replace(SMALL, interpolation="bicubic"),
        replace(SMALL, value_range=SIXTEEN_BITS),
    ],
)
def test_for_another_preprocess_it_is_decoded_again(other: Preprocess) -> None:
    ahead = DecodedAhead(SMALL)
    ahead.put("digest", PICTURE)
    assert ahead.take("digest", other) is None


def test_no_more_are_kept_than_memory_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoded_ahead, "_MOST_BYTES", 2 * 48)
    ahead = DecodedAhead(SMALL)
    for digest in "aab":  # equal pictures count once
        assert not ahead.is_full
        ahead.put(digest, PICTURE)
    assert ahead.is_full
    ahead.put("c", PICTURE)
    assert ahead.take("c", SMALL) is None
    assert ahead.take("a", SMALL) is not None
    assert not ahead.is_full


def test_it_is_kept_within_a_block_only() -> None:
    assert current_ahead() is None
    with decoding_ahead(SMALL) as ahead:
        assert current_ahead() is ahead
        with decoding_ahead(None):
            assert current_ahead() is None
        assert current_ahead() is ahead
    assert current_ahead() is None
