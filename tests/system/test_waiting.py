"""OpenMP's threads sleep while they wait if, and only while, the machine is busy."""

from __future__ import annotations

import threading
from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest
import torch

from catseye.system import waiting
from catseye.system.waiting import follow_load

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONG = 60  # seconds that only a fault can reach


def crowds() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "catseye-crowd"]


@pytest.fixture
def no_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    monkeypatch.setattr(waiting, "_PERIOD", 0.01)


def load(monkeypatch: pytest.MonkeyPatch, *shares: float) -> threading.Event:
    """Let the threads have waited for these shares of each period, then for the last one; say when all were read."""
    read = threading.Event()

    def totals() -> Iterator[float]:
        total = 0.0
        for share in chain((0.0, 0.0), shares):  # of the first look, and of what the watch begins with
            total += share * waiting._PERIOD
            yield total
        read.set()
        for share in repeat(shares[-1]):
            total += share * waiting._PERIOD
            yield total

    numbers = totals()
    monkeypatch.setattr(waiting, "_waited", lambda: next(numbers))
    return read


@pytest.mark.usefixtures("no_policy")
def test_a_busy_machine_has_a_crowd_that_ends_with_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    read = load(monkeypatch, 0.0, 0.9, 0.9)
    with follow_load():
        assert read.wait(_LONG)
        (crowd,) = crowds()
    crowd.join(_LONG)
    assert not crowd.is_alive()


@pytest.mark.usefixtures("no_policy")
def test_when_the_machine_is_idle_again_the_crowd_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    read = load(monkeypatch, 0.9, 0.1, 0.9, 0.01, 0.1)  # between the two bounds all stays as it is
    with follow_load():
        assert read.wait(_LONG)
        for crowd in crowds():
            crowd.join(_LONG)
        assert crowds() == []


@pytest.mark.usefixtures("no_policy")
def test_one_watch_is_enough_for_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    read = load(monkeypatch, 0.9)
    with follow_load(), follow_load():
        assert read.wait(_LONG)
        watches = [thread for thread in threading.enumerate() if thread.name == "catseye-load"]
        assert len(watches) == 1


@pytest.mark.parametrize("name", ["OMP_WAIT_POLICY", "GOMP_SPINCOUNT"])
def test_a_policy_that_the_user_chose_stays(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "10")
    with follow_load():
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("catseye-load")]


def test_a_crowd_changes_no_result() -> None:
    layer = torch.nn.Conv2d(3, 16, 3)
    pictures = torch.rand(8, 3, 64, 64)
    alone = layer(pictures)
    calm = threading.Event()
    crowd = threading.Thread(target=waiting._crowd, args=(calm,))
    crowd.start()
    beside = layer(pictures)
    calm.set()
    crowd.join(_LONG)
    assert torch.equal(alone, beside)


def test_waiting_is_counted_where_the_system_counts_it() -> None:
    first = waiting._waited()
    if first is None:
        pytest.skip("the kernel does not count for how long threads wait")
    assert 0 <= first <= (waiting._waited() or 0) + 1
