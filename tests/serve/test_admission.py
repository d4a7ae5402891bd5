"""How many pictures are let in."""

from __future__ import annotations

import pytest

from catseye.errors import UsageError
from catseye.serve.admission import Admission
from catseye.serve.limits import Limits
from catseye.serve.refusal import RefusalError


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def admission(**limits: float) -> tuple[Admission, Clock]:
    clock = Clock()
    return Admission(Limits(**limits), clock), clock  # type: ignore[arg-type]


def refused(call: object, *given: int) -> RefusalError:
    with pytest.raises(RefusalError) as caught:
        call(*given)  # type: ignore[operator]
    return caught.value


def test_a_full_queue_refuses_and_says_when_to_come_again() -> None:
    own, _ = admission(queue=4)
    own.enter(3)
    error = refused(own.enter, 2)
    assert (error.status, error.headers) == (503, {"Retry-After": "1"})
    own.enter(1)
    assert refused(own.check).status == 503
    own.leave(4)
    own.enter(4)


def test_pictures_that_would_wait_longer_than_the_limit_are_refused() -> None:
    own, clock = admission(wait=1.0)
    for _ in range(200):  # a picture every 0.5 s: the moving average comes to that
        began = own.begin()
        clock.now += 0.5
        own.finish(began)
    assert own.seconds_a_picture == pytest.approx(0.5, rel=1e-6)
    own.check()
    for _ in range(3):
        own.begin()
    assert own.expected_wait == pytest.approx(1.5)
    assert refused(own.check).headers == {"Retry-After": "2"}
    own.give_up()
    own.give_up()
    own.check()


def test_time_without_work_is_no_time_of_a_picture() -> None:
    own, clock = admission()
    for _ in range(200):
        began = own.begin()
        clock.now += 0.01
        own.finish(began)
        clock.now += 60
    assert own.seconds_a_picture == pytest.approx(0.01)


def test_a_single_picture_is_let_in_however_long_one_takes() -> None:
    own, clock = admission(wait=0.001)
    began = own.begin()
    clock.now += 100
    own.finish(began)
    own.check()


def test_more_pictures_than_a_request_may_hold_are_too_many_for_ever() -> None:
    own, _ = admission(pictures=2)
    assert refused(own.enter, 3).status == 413
    assert own.accepted == 0


def test_bodies_in_memory_are_bounded() -> None:
    own, _ = admission(body_bytes=10)
    own.hold(160)
    assert refused(own.hold, 1).status == 503
    own.release(160)
    own.hold(1)


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), True, "1"])
def test_limits_are_positive_numbers(value: object) -> None:
    with pytest.raises(UsageError, match="queue must be a number above 0"):
        Limits(queue=value)  # type: ignore[arg-type]
