"""The tags of a TIFF file are read in any order of bytes; those that lie outside the file are emptied."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catseye.images.tiff_directory import BITS, ORIENTATION, SAMPLES, read_directory


def directory(order: str, *entries: tuple[int, int, int, int]) -> bytes:
    """Return a file of a directory alone; an entry is tag, type, number of values, and a value or its place."""
    head = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HI", 42, 8)
    body = b"".join(
        struct.pack(order + ("HHIHxx" if kind == 3 and count == 1 else "HHII"), tag, kind, count, value)
        for tag, kind, count, value in entries
    )
    return head + struct.pack(order + "H", len(entries)) + body + bytes(4)


@pytest.mark.parametrize("order", ["<", ">"])
def test_values_are_read_where_they_stand(order: str) -> None:
    content = directory(order, (ORIENTATION, 3, 1, 6), (SAMPLES, 3, 1, 3), (BITS, 3, 3, 50))
    content += struct.pack(order + "3H", 8, 9, 10)  # at 50: 8 + 2 + 3 × 12 + 4
    found = read_directory(content)
    assert found is not None
    assert found.order == order
    assert found.first(ORIENTATION, 1) == 6
    assert found.bits == (8, 9, 10)
    assert found.first(999, 7) == 7
    assert found.repaired(content) is content


def test_one_number_of_bits_holds_for_all_samples() -> None:
    found = read_directory(directory("<", (BITS, 3, 1, 16), (SAMPLES, 3, 1, 3)))
    assert found is not None
    assert found.bits == (16, 16, 16)


def test_tags_outside_the_file_are_emptied() -> None:
    content = directory("<", (ORIENTATION, 3, 1, 6), (305, 2, 400, 5000))
    found = read_directory(content)
    assert found is not None
    repaired = found.repaired(content)
    assert len(repaired) == len(content)
    again = read_directory(repaired)
    assert again is not None
    assert not again.damaged
    assert again.first(ORIENTATION, 1) == 6


@pytest.mark.parametrize("content", [b"", b"II*\0", b"XX*\0\x08\0\0\0", directory("<", (BITS, 3, 1, 8))[:15]])
def test_what_is_cut_off_has_none(content: bytes) -> None:
    assert read_directory(content) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_directory_or_none(tail: bytes) -> None:
    for head in (b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0"):
        found = read_directory(head + tail)
        if found:
            assert len(found.repaired(head + tail)) == len(head + tail)
