"""What a transfer needs before the first feature, made ready while the data set is opened."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING

from catseye.images.decoded_ahead import decoding_ahead
from catseye.networks.names import BACKBONES
from catseye.networks.pretrained_weights import preprocess_of, pretrained
from catseye.runs.transfer.engines import Engines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from catseye.images.decoded_ahead import DecodedAhead
    from catseye.images.preprocess import Preprocess
    from catseye.networks.pretrained import Pretrained


@contextmanager
def preparing(
    backbone: str, weights: str | Path | None, home: Path, device: str
) -> Iterator[tuple[Future[tuple[Pretrained, Engines]], DecodedAhead | None]]:
    """Load a backbone, and compile it, while the block checks files; if there are many, also compute their features.

    Yields what is to come of it, and where pictures are kept that are decoded meanwhile: ``None`` if the backbone's
    preprocess is not known yet.

    Parameters
    ----------
    backbone, weights, home
        As for :func:`catseye.networks.pretrained_weights.pretrained`, whose errors the result raises.
    device
        ``"cpu"`` or ``"cuda"``.
    """
    with decoding_ahead(_known(backbone)) as ahead, ThreadPoolExecutor(1, thread_name_prefix="catseye") as thread:
        coming = thread.submit(_load, backbone, weights, home, device, ahead)
        try:
            yield coming, ahead
        finally:
            if ahead:
                ahead.end()


def load_what_follows() -> None:
    """Load what the report is made with, in a thread, while the backbone computes."""
    Thread(target=import_module, args=("catseye.runs.report",), name="catseye imports").start()


def _load(
    backbone: str, weights: str | Path | None, home: Path, device: str, ahead: DecodedAhead | None
) -> tuple[Pretrained, Engines]:
    found = pretrained(backbone, weights, home)
    engines = Engines(found, home, device)
    if ahead and ahead.wait_for_first():  # else the features of all pictures may be known
        engines.load()
        engines.compute(ahead)
    return found, engines


def _known(backbone: str) -> Preprocess | None:
    """Return the preprocess of a backbone where its weights need not be read for it."""
    return preprocess_of(backbone) if backbone in BACKBONES else None
