"""Micro-batching: pictures that arrive while others are being computed are computed together next."""

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
    from catseye.serve.models import ServedModel

_LARGEST_BATCH = 32  # pictures
_LONGEST_BATCH_SECONDS = 0.025  # so that no picture waits long behind a batch


@dataclass(eq=False)
class _Waiting:
    pixels: Pixels
    name: str
    answer: asyncio.Future[Prediction] = field(repr=False)


class Batcher:
    """Computes the pictures of one model in threads of ``executor``: a batch on each core, or one on all of them.

    At low load, one picture on all cores has the lowest latency. While others are in progress, one batch per core is
    cheaper, because cores that share a picture wait for each other. PyTorch, which computes networks that have no
    compiled form, always uses all cores.

    Parameters
    ----------
    served
    executor
    is_busy
        Returns whether other pictures are in progress.
    on_batch
        Called with the number of pictures of each batch.
    """

    def __init__(
        self, served: ServedModel, executor: Executor, is_busy: Callable[[], bool], on_batch: Callable[[int], None]
    ) -> None:
        self.served = served
        self._executor, self._is_busy, self._on_batch = executor, is_busy, on_batch
        self._parallel_batches = usable_cores() if compiled_network(served.classifier) else 1
        self._waiting: deque[_Waiting] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._seconds_per_picture = 0.0  # 0: not known yet

    async def predict(self, pixels: Pixels, name: str) -> Prediction:
        """Return the prediction for a picture uint8 (C, H, W)."""
        one = _Waiting(pixels, name, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        self._start()
        return await one.answer

    def _start(self) -> None:
        """Start batches of the waiting pictures on free cores."""
        while self._waiting and len(self._tasks) < self._parallel_batches:
            share = -(-len(self._waiting) // (self._parallel_batches - len(self._tasks)))
            batch = [self._waiting.popleft() for _ in range(min(share, self._batch_limit))]
            batch = [one for one in batch if not one.answer.done()]  # the client may have given up
            if batch:
                task = asyncio.create_task(self._compute(batch))
                self._tasks.add(task)
                task.add_done_callback(self._on_task_done)

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._start()

    @property
    def _batch_limit(self) -> int:
        if not self._seconds_per_picture:
            return _LARGEST_BATCH
        return max(1, min(_LARGEST_BATCH, int(_LONGEST_BATCH_SECONDS / self._seconds_per_picture)))

    async def _compute(self, batch: list[_Waiting]) -> None:
        loop = asyncio.get_running_loop()
        pixels, names = np.stack([one.pixels for one in batch]), [one.name for one in batch]
        self._on_batch(len(batch))
        predict = partial(predict_alone, self.served.classifier, pixels, names, busy=self._is_busy())
        began = loop.time()
        try:
            found = await loop.run_in_executor(self._executor, predict)
        except Exception as error:  # in the network: every client of the batch gets it
            for one in batch:
                if not one.answer.done():
                    one.answer.set_exception(error)
            return
        self._seconds_per_picture = (loop.time() - began) / len(batch)
        for one, prediction in zip(batch, found, strict=True):
            if not one.answer.done():
                one.answer.set_result(prediction)
