"""Pictures that arrive at about the same time are computed together."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from catseye.classifier.alone import predict_alone

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from catseye.arrays import Pixels
    from catseye.classifier.prediction import Prediction
    from catseye.serve.models import Served

_MOST = 32  # pictures of a batch
_LONGEST_BATCH = 0.025  # seconds, so that nobody waits long behind a batch
_WAIT = 0.005  # seconds for others that are being decoded


@dataclass(eq=False)
class _Waiting:
    pixels: Pixels
    name: str
    answer: asyncio.Future[Prediction] = field(repr=False)


class Batcher:
    """Computes the pictures of one model, some at a time, in a thread of ``executor``.

    Parameters
    ----------
    served
    executor
    coming
        Returns how many pictures are being decoded, for which it is worth waiting a moment.
    told
        Called with the number of pictures of each batch.
    """

    def __init__(
        self, served: Served, executor: Executor, coming: Callable[[], int], told: Callable[[int], None]
    ) -> None:
        self.served = served
        self._executor, self._coming, self._told = executor, coming, told
        self._waiting: deque[_Waiting] = deque()
        self._task: asyncio.Task[None] | None = None
        self._arrived = asyncio.Event()
        self._seconds = 0.0  # of a picture, as far as is known

    async def predict(self, pixels: Pixels, name: str) -> Prediction:
        """Return the prediction for a picture uint8 (C, H, W)."""
        one = _Waiting(pixels, name, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        self._arrived.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain())
        return await one.answer

    @property
    def _most(self) -> int:
        return _MOST if not self._seconds else max(1, min(_MOST, int(_LONGEST_BATCH / self._seconds)))

    async def _drain(self) -> None:
        """Compute batches until nothing waits."""
        while self._waiting:
            await self._wait_for_others()
            batch = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
            batch = [one for one in batch if not one.answer.done()]  # whoever asked may have given up
            if batch:
                await self._compute(batch)

    async def _wait_for_others(self) -> None:
        until = asyncio.get_running_loop().time() + _WAIT
        while len(self._waiting) < self._most and self._coming():
            self._arrived.clear()
            left = until - asyncio.get_running_loop().time()
            if left <= 0:
                return
            try:
                await asyncio.wait_for(self._arrived.wait(), left)
            except TimeoutError:
                return

    async def _compute(self, batch: list[_Waiting]) -> None:
        loop = asyncio.get_running_loop()
        pixels, names = np.stack([one.pixels for one in batch]), [one.name for one in batch]
        self._told(len(batch))
        began = loop.time()
        try:
            found = await loop.run_in_executor(self._executor, predict_alone, self.served.classifier, pixels, names)
        except Exception as error:  # of the network, which every client of the batch is told
            for one in batch:
                if not one.answer.done():
                    one.answer.set_exception(error)
            return
        self._seconds = (loop.time() - began) / len(batch)
        for one, prediction in zip(batch, found, strict=True):
            if not one.answer.done():
                one.answer.set_result(prediction)
