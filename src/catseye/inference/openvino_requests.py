"""Several requests to one compiled network, in flight at once."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from catseye.inference.fork_gate import gate
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from catseye.arrays import Floats, Pixels

_REQUESTS = 2  # in flight per core: one runs, one waits


def run_requests(load: Callable[[], Any], batches: Iterable[Pixels], receive: Callable[[int, Floats], None]) -> None:
    """Call ``receive(index, outputs)`` with what a compiled network makes of each batch, in order.

    Threads may use one network at the same time. ``receive`` copies what it keeps.

    Parameters
    ----------
    load
        Returns the compiled network; called again behind a fork in another thread.
    batches
    receive
    """
    # Not OpenVINO's own queue, which calls back from its threads: one that still waits for the interpreter's lock
    # when the model is let go of is joined by who holds that lock, and both wait for ever.
    busy: deque[tuple[int, Any]] = deque()
    with gate.use():
        try:
            for index, batch in enumerate(batches):
                if gate.is_closing:
                    while busy:
                        _finished(busy, receive)
                    gate.pause()
                full = len(busy) == _REQUESTS * usable_cores()
                request = _finished(busy, receive) if full else load().create_infer_request()
                request.start_async({0: batch})
                busy.append((index, request))
                del request
            while busy:
                _finished(busy, receive)
        finally:
            while busy:
                busy.pop()[1].wait()


def _finished(busy: deque[tuple[int, Any]], receive: Callable[[int, Floats], None]) -> Any:
    """Wait for the oldest request, hand its outputs over, and return it for another batch."""
    index, request = busy[0]
    request.wait()
    busy.popleft()
    receive(index, request.get_output_tensor().data)
    return request
