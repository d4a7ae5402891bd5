"""Admission control: how many pictures are accepted."""

from __future__ import annotations

import heapq
import random

import pytest

from catseye.errors import UsageError
from catseye.serve.admission import Admission
from catseye.serve.limits import Limits
from catseye.serve.refusal import RefusalError


class Clock:
    """A clock that is set manually."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def admission(cores: int = 1, **limits: float) -> tuple[Admission, Clock]:
    clock = Clock()
    return Admission(Limits(**limits), clock, cores=cores), clock  # type: ignore[arg-type]


def refused(call: object, *given: int) -> RefusalError:
    with pytest.raises(RefusalError) as caught:
        call(*given)  # type: ignore[operator]
    return caught.value


def test_a_full_queue_refuses_requests_with_retry_after() -> None:
    own, _ = admission(queue=4)
    own.admit(3)
    error = refused(own.admit, 2)
    assert (error.status, error.headers) == (503, {"Retry-After": "1"})
    own.admit(1)
    assert refused(own.check).status == 503
    own.discharge(4)
    own.admit(4)


def test_pictures_that_would_wait_longer_than_the_limit_are_refused() -> None:
    own, clock = admission(wait=1.0)
    for _ in range(200):  # a picture every 0.5 s: the moving average converges to that
        began = own.begin()
        clock.now += 0.5
        own.finish(began)
    assert own.seconds_per_picture == pytest.approx(0.5, rel=1e-6)
    own.check()
    for _ in range(3):
        own.begin()
    assert own.expected_wait == pytest.approx(1.5)
    assert refused(own.check).headers == {"Retry-After": "2"}
    own.abandon()
    own.abandon()
    own.check()


def test_idle_time_does_not_count_as_time_per_picture() -> None:
    own, clock = admission()
    for _ in range(200):
        began = own.begin()
        clock.now += 0.01
        own.finish(began)
        clock.now += 60
    assert own.seconds_per_picture == pytest.approx(0.01)


def test_a_picture_for_a_free_core_is_admitted_however_long_one_takes() -> None:
    own, clock = admission(cores=2, wait=0.001)
    began = own.begin()
    clock.now += 100
    own.finish(began)
    own.begin()
    own.check()
    own.begin()
    assert refused(own.check).status == 503


def test_at_low_load_the_time_per_picture_is_between_its_share_of_the_cores_and_the_measured_time() -> None:
    own, clock = admission(cores=4)
    for _ in range(200):
        began = own.begin()
        clock.now += 0.4
        own.finish(began)
    assert own.seconds_per_picture == pytest.approx(0.1)
    for _ in range(200):
        began = own.begin()
        clock.now += 0.01
        own.finish(began)
    assert own.seconds_per_picture == pytest.approx(0.01)


class Simulation:
    """A server with two cores that take 20 ms per picture, under load for 20 seconds."""

    def __init__(self, seed: int) -> None:
        self.admission, self._clock = admission(cores=2)
        self._random = random.Random(seed)
        self._events: list[tuple[float, int, float | None]] = []  # time, client, when its picture began
        self._queue: list[tuple[float, int]] = []
        self._computing = self.refusals = 0
        self.seconds: list[float] = []

    def run_open(self, rate: float) -> None:
        """Independent clients, each of which sends one request, at random times."""
        at, client = 0.0, 0
        while (at := at + self._random.expovariate(rate)) < 20:
            client += 1
            heapq.heappush(self._events, (at, client, None))
        self._run(is_closed=False)

    def run_closed(self, clients: int) -> None:
        """Clients that begin within 30 ms, and send the next request 1 ms after each answer."""
        for client in range(clients):
            heapq.heappush(self._events, (0.03 * self._random.random(), client, None))
        self._run(is_closed=True)

    def _run(self, *, is_closed: bool) -> None:
        while self._events and (event := heapq.heappop(self._events))[0] < 20:
            self._clock.now, client, began = event
            if began is None:
                self._ask(client)
            else:
                self._computing -= 1
                self.seconds.append(self._clock.now - began)
                self.admission.finish(began)
                if is_closed:
                    heapq.heappush(self._events, (self._clock.now + 0.001, client, None))
            while self._queue and self._computing < 2:
                begun, first = self._queue.pop(0)
                self._computing += 1
                heapq.heappush(self._events, (self._clock.now + 0.02, first, begun))

    def _ask(self, client: int) -> None:
        try:
            self.admission.check()
        except RefusalError:
            self.refusals += 1
        else:
            self._queue.append((self.admission.begin(), client))

    @property
    def p99(self) -> float:
        return sorted(self.seconds)[int(0.99 * len(self.seconds))]


@pytest.mark.parametrize("clients", [8, 16, 32, 64])
def test_closed_loop_clients_are_all_served(clients: int) -> None:
    own = Simulation(0)
    own.run_closed(clients)
    assert own.refusals == 0
    assert len(own.seconds) == pytest.approx(2000, rel=0.05)  # both cores are busy all the time
    assert own.p99 < clients * 0.01 + 0.05


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("factor", "longest"), [(2, 0.25), (5, 0.5)])
def test_under_open_loop_overload_the_queue_stays_short(factor: int, longest: float, seed: int) -> None:
    own = Simulation(seed)
    own.run_open(100 * factor)
    assert own.refusals > 2000 * (factor - 1) * 0.9
    assert len(own.seconds) == pytest.approx(2000, rel=0.05)
    assert max(own.seconds) < longest


def test_nothing_is_refused_at_half_load() -> None:
    own = Simulation(0)
    own.run_open(50)
    assert own.refusals == 0


def test_a_queue_that_has_become_shorter_does_not_grow_again() -> None:
    own, clock = admission(cores=1)  # 10 ms a picture: up to 5 are a short queue
    for _ in range(40):
        own.begin()
    for seconds, ended in ((3, 30), (5, 1), (7, 1)):  # 10, 9 and 8 are left
        clock.now = seconds
        for _ in range(ended):
            own.abandon()
    own.check()
    own.begin()
    assert refused(own.check).status == 503


def test_a_queue_may_grow_again_once_it_was_short() -> None:
    own, clock = admission(cores=1)
    for ended in (0, 40):
        clock.now += 10
        for _ in range(ended):
            own.abandon()
        for _ in range(40):
            own.check()
            own.begin()
    clock.now += 0.1
    assert refused(own.check).status == 503
    own.abandon()
    own.check()


def test_a_request_with_too_many_pictures_is_refused_for_good() -> None:
    own, _ = admission(pictures=2)
    assert refused(own.admit, 3).status == 422
    assert own.accepted == 0


def test_bodies_in_memory_are_bounded() -> None:
    own, _ = admission(body_bytes=10)
    own.hold_bytes(160)
    assert refused(own.hold_bytes, 1).status == 503
    own.release_bytes(160)
    own.hold_bytes(1)


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), True, "1"])
def test_limits_are_positive_numbers(value: object) -> None:
    with pytest.raises(UsageError, match="queue must be a number above 0"):
        Limits(queue=value)  # type: ignore[arg-type]
