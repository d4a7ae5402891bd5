"""From the bytes of pictures to predictions: admission, decoding and inference in threads, within a time limit."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from PIL import Image

from catseye.errors import CatseyeError, PictureError
from catseye.images.decoding import decode_content, header
from catseye.serve.admission import Admission
from catseye.serve.batching import Batcher
from catseye.serve.refusal import RefusalError
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.arrays import Pixels
    from catseye.classifier.prediction import Prediction
    from catseye.images.preprocess import Preprocess
    from catseye.serve.limits import Limits
    from catseye.serve.metrics import Metrics
    from catseye.serve.models import Models, ServedModel

    PictureInput: TypeAlias = "bytes | Pixels"  # a picture's file, or uint8 (H, W, 1 or 3)

_SLOTS_PER_CORE, _REQUEST_SLOTS_PER_CORE = (
    4,
    2,
)  # pictures in progress: in all, and of one request, to leave slots for others


class Service:
    """Classifies the pictures of all requests, in one event loop.

    Parameters
    ----------
    models
    limits
    metrics
    """

    def __init__(self, models: Models, limits: Limits, metrics: Metrics) -> None:
        self.models, self.limits, self.metrics = models, limits, metrics
        self.admission = Admission(limits, seconds=max(served.seconds for served in models))
        cores = usable_cores()
        # One pool with a thread per core for decoding and inference: more threads would slow each other down.
        self._threads = ThreadPoolExecutor(cores, thread_name_prefix="serve")
        self._slots_per_request = _REQUEST_SLOTS_PER_CORE * cores
        self._slots = asyncio.Semaphore(_SLOTS_PER_CORE * cores)
        self._in_progress = 0
        self._batchers: dict[tuple[str, str], Batcher] = {}

    async def predict(
        self, served: ServedModel, named: Sequence[tuple[str, PictureInput]]
    ) -> list[Prediction | PictureError]:
        """Return a prediction or an error for each picture, given with its name.

        Raises
        ------
        RefusalError
            There are too many, now or in one request; or the time limit is exceeded.
        """
        self.admission.admit(len(named))
        self.metrics.set_queue(self.admission.accepted)
        slots = asyncio.Semaphore(self._slots_per_request)
        try:
            async with asyncio.timeout(self.limits.seconds), asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._predict_one(served, name, sent, slots)) for name, sent in named]
        except TimeoutError:
            seconds = f"{self.limits.seconds:g} s"
            raise RefusalError(
                504, f"The answer took longer than {seconds}; try again, or send fewer pictures."
            ) from None
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None
        finally:
            self.admission.discharge(len(named))
            self.metrics.set_queue(self.admission.accepted)
        answers = [task.result() for task in tasks]
        self.metrics.count_answers(served, answers)
        return answers

    async def _predict_one(
        self, served: ServedModel, name: str, sent: PictureInput, slots: asyncio.Semaphore
    ) -> Prediction | PictureError:
        async with slots:
            began, is_finished = self.admission.begin(), False
            try:
                answer = await self._process(served, name, sent)
                is_finished = True
            except PictureError as error:
                return error
            finally:
                if is_finished:
                    self.admission.finish(began)
                else:
                    self.admission.abandon()
            return answer

    async def _process(self, served: ServedModel, name: str, sent: PictureInput) -> Prediction:
        async with self._slots:
            self._in_progress += 1
            try:
                read = partial(preprocess_picture, served.classifier.preprocess, name, sent, self.limits.pixels)
                pixels = await asyncio.get_running_loop().run_in_executor(self._threads, read)
                return await self._batcher(served).predict(pixels, name)
            finally:
                self._in_progress -= 1

    def _batcher(self, served: ServedModel) -> Batcher:
        """Return a model's batcher; after a reload, only pictures already in progress keep the old one."""
        batcher = self._batchers.get((served.name, served.version))
        if batcher is None or batcher.served is not served:
            batcher = Batcher(served, self._threads, lambda: self._in_progress > 1, self.metrics.count_batch)
            self._batchers[served.name, served.version] = batcher
        return batcher


def preprocess_picture(preprocess: Preprocess, name: str, sent: PictureInput, most_pixels: int) -> Pixels:
    """Return a picture as the network's input, uint8 (C, H, W), exactly as if read from a file.

    Raises
    ------
    PictureError
        It cannot be used, or has more than ``most_pixels`` pixels.
    """
    if not isinstance(sent, bytes):
        _check_size(name, sent.shape[1], sent.shape[0], most_pixels)
        return preprocess.pixels(Image.fromarray(sent if sent.shape[2] == 3 else sent[:, :, 0]))
    if not sent:
        raise PictureError(name, "is empty")
    try:
        size = header(sent, name)
        _check_size(name, size.width, size.height, most_pixels)
        return preprocess.pixels(decode_content(sent, name, preprocess.decoded_side, preprocess.value_range))
    except PictureError:
        raise
    except (CatseyeError, MemoryError) as error:
        raise PictureError(name, str(error) or "needs more memory than is available") from error


def _check_size(name: str, width: int, height: int, most_pixels: int) -> None:
    if width * height > most_pixels:
        raise PictureError(name, f"has {width:,}×{height:,} pixels; the limit is {most_pixels:,}")
