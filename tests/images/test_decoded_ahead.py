"""What is decoded ahead is what would be decoded later, as long as memory allows."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from catseye.images import decoded_ahead
from catseye.images.decoded_ahead import DecodedAhead, current_ahead, decoding_ahead
from catseye.images.preprocess import Preprocess
from catseye.images.value_range import SIXTEEN_BITS

FILE = Path("picture.jpg")
SMALL = Preprocess(4, 4, 3)
PICTURE = np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8)


def test_a_picture_is_taken_once() -> None:
    ahead = DecodedAhead(SMALL)
    ahead.put("digest", PICTURE, FILE)
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
    ahead.put("digest", PICTURE, FILE)
    assert ahead.take("digest", other) is None


def test_no_more_are_kept_than_memory_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoded_ahead, "_MOST_BYTES", 2 * 48)
    ahead = DecodedAhead(SMALL)
    for digest in "aab":  # equal pictures count once
        assert not ahead.is_full
        ahead.put(digest, PICTURE, FILE)
    assert ahead.is_full
    ahead.put("c", PICTURE, FILE)
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


def test_draining_pictures_makes_room_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever brings pictures waits for room, so that never more than two are in memory."""
    monkeypatch.setattr(decoded_ahead, "_MOST_BYTES", 2 * 48)
    ahead = DecodedAhead(SMALL)
    for digest in "ab":
        ahead.put(digest, PICTURE, FILE)
    assert not ahead.wants(FILE)
    taking_out = ahead.drain(1, everything=True)
    assert next(taking_out).keys() == {"a"}
    assert ahead.wants(FILE)
    ahead.put("c", PICTURE, FILE)
    assert ahead.is_full
    bringing = threading.Thread(target=ahead.put, args=("d", PICTURE, FILE))
    bringing.start()
    bringing.join(0.05)
    assert bringing.is_alive()
    assert next(taking_out).keys() == {"b"}
    bringing.join()
    ahead.end()
    assert list(taking_out) == []
    for digest in "cd":
        assert ahead.take(digest, SMALL) is not None


def test_a_thread_waiting_for_room_continues_when_draining_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(decoded_ahead, "_MOST_BYTES", 48)
    ahead = DecodedAhead(SMALL)
    ahead.put("a", PICTURE, FILE)
    taking_out = ahead.drain(1, everything=True)
    next(taking_out)
    ahead.put("b", PICTURE, FILE)
    bringing = threading.Thread(target=ahead.put, args=("c", PICTURE, FILE))
    bringing.start()
    taking_out.close()  # as an error in the block would
    bringing.join()
    assert ahead.take("c", SMALL) is None


def test_pictures_for_later_stay_and_take_half_of_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoded_ahead, "_MOST_BYTES", 2 * 48)
    ahead, later = DecodedAhead(SMALL), Path("test.jpg")
    ahead.keep_for_later([later])
    assert ahead.wants(later)
    ahead.put("later", PICTURE, later)
    assert not ahead.wants(later)
    ahead.put("a", PICTURE, FILE)
    taking_out = ahead.drain(2, everything=False)
    assert next(taking_out).keys() == {"a"}
    assert not ahead.wants(later)
    assert ahead.wants(FILE)
    ahead.end()
    assert list(taking_out) == []
    assert ahead.take("later", SMALL) is not None
    assert ahead.is_empty
