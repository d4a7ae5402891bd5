"""Pictures that wait while others are computed are then computed together."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from catseye.classifier.alone import predict_alone
from catseye.classifier.stored_network import compiled_network
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from catseye.arrays import Pixels
    from catseye.classifier.prediction import Prediction
    from catseye.serve.models import Served

_MOST = 32  # pictures of a batch
_LONGEST_BATCH = 0.025  # seconds, so that nobody waits long behind a batch


@dataclass(eq=False)
class _Waiting:
    pixels: Pixels
    name: str
    answer: asyncio.Future[Prediction] = field(repr=False)


class Batcher:
    """Computes the pictures of one model in threads of ``executor``: a batch on each core, or one on all of them.

    With little to do, one picture on all cores is ready soonest. As soon as others are in work, one on each core is
    cheaper: cores that share a picture wait for each other. PyTorch, where a network has no compiled form, always uses
    all cores.

    Parameters
    ----------
    served
    executor
    is_busy
        Returns whether other pictures are in work.
    told
        Called with the number of pictures of each batch.
    """

    def __init__(
        self, served: Served, executor: Executor, is_busy: Callable[[], bool], told: Callable[[int], None]
    ) -> None:
        self.served = served
        self._executor, self._is_busy, self._told = executor, is_busy, told
        self._at_a_time = usable_cores() if compiled_network(served.classifier) else 1
        self._waiting: deque[_Waiting] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._seconds = 0.0  # of a picture, as far as is known

    async def predict(self, pixels: Pixels, name: str) -> Prediction:
        """Return the prediction for a picture uint8 (C, H, W)."""
        one = _Waiting(pixels, name, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        self._start()
        return await one.answer

    def _start(self) -> None:
        """Compute what waits, as far as there are cores."""
        while self._waiting and len(self._tasks) < self._at_a_time:
            share = -(-len(self._waiting) // (self._at_a_time - len(self._tasks)))
            batch = [self._waiting.popleft() for _ in range(min(share, self._most))]
            batch = [one for one in batch if not one.answer.done()]  # its client may have given up
            if batch:
                task = asyncio.create_task(self._compute(batch))
                self._tasks.add(task)
                task.add_done_callback(self._go_on)

    def _go_on(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._start()

    @property
    def _most(self) -> int:
        return _MOST if not self._seconds else max(1, min(_MOST, int(_LONGEST_BATCH / self._seconds)))

    async def _compute(self, batch: list[_Waiting]) -> None:
        loop = asyncio.get_running_loop()
        pixels, names = np.stack([one.pixels for one in batch]), [one.name for one in batch]
        self._told(len(batch))
        predict = partial(predict_alone, self.served.classifier, pixels, names, busy=self._is_busy())
        began = loop.time()
        try:
            found = await loop.run_in_executor(self._executor, predict)
        except Exception as error:  # of the network, which every client of the batch is told
            for one in batch:
                if not one.answer.done():
                    one.answer.set_exception(error)
            return
        self._seconds = (loop.time() - began) / len(batch)
        for one, prediction in zip(batch, found, strict=True):
            if not one.answer.done():
                one.answer.set_result(prediction)
