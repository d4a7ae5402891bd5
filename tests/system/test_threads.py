"""Threads: how many compute, and that nobody else notices."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import torch
from threadpoolctl import threadpool_info

from catseye.system.threads import limit_threads, map_ahead, map_threads


def openmp_threads() -> int:
    """Return how many threads share what the calling thread computes with PyTorch."""
    torch.get_num_threads()
    counts: list[int] = [
        library["num_threads"]
        for library in threadpool_info()
        if "torch" in library["filepath"] and library["user_api"] == "openmp"
    ]
    return max(counts)


def test_a_limit_holds_for_its_thread_and_its_block_alone() -> None:
    before = openmp_threads()
    with limit_threads(3):
        assert openmp_threads() == 3
        with ThreadPoolExecutor(1) as other:
            assert other.submit(openmp_threads).result() == before
    assert openmp_threads() == before


def test_the_pool_computes_each_item_with_one_thread() -> None:
    before = openmp_threads()
    assert set(map_threads(lambda _: openmp_threads(), range(8))) == {1}
    assert set(map_ahead(lambda _: openmp_threads(), range(8))) == {1}
    assert openmp_threads() == before


def test_results_come_in_the_order_of_the_items() -> None:
    release = threading.Event()

    def late(item: int) -> int:
        if item == 0:
            release.wait(10)
        else:
            release.set()
        return item * item

    assert list(map_threads(late, range(5))) == [0, 1, 4, 9, 16]
