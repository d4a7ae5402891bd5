"""Programs that fork or start processes: ``python -m tests.system.forking NAME``; each prints what was computed."""

from __future__ import annotations

import ctypes
import json
import multiprocessing
import os
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.pool import Pool
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import catseye
from catseye.classifier.prediction import Prediction
from catseye.errors import PictureError
from catseye.inference.engine import FP32
from catseye.inference.torch_engine import TorchEngine
from catseye.networks.pretrained_weights import pretrained
from catseye.transfer_learning.extraction import extract

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.classifier.classifier import Classifier

PHOTOS, RUN = Path("photos"), Path("run")  # in the folder that the test makes
WORKERS = 3
_classifier: Classifier | None = None  # what a pool's workers share


def probabilities(classifier: Classifier) -> str:
    """Return what a classifier says of all pictures, in a form that shows every bit."""
    answers = list(classifier.predict_each(sorted(PHOTOS.rglob("*.png"))))
    assert all(isinstance(answer, Prediction) for answer in answers)
    return np.stack([answer.probabilities for answer in answers if isinstance(answer, Prediction)]).tobytes().hex()


class Child:
    """A forked child that works, and then ends as any program does."""

    def __init__(self, work: Callable[[], str], *, announced: bool = True) -> None:
        self._read, write = os.pipe()
        self._process = os.fork() if announced else ctypes.PyDLL(None).fork()
        if self._process == 0:
            if not announced:  # as servers written in C do
                ctypes.pythonapi.PyOS_AfterFork_Child()
            with os.fdopen(write, "w") as pipe:
                pipe.write(work())
            sys.exit(0)
        os.close(write)

    def result(self) -> str:
        """Wait for what the work returns, and for the end."""
        with os.fdopen(self._read) as pipe:
            result = pipe.read()
        assert os.waitpid(self._process, 0)[1] == 0
        return result


def everything() -> str:
    """Use both engines and every kind of work: prediction, evaluation, transfer, training, gradients."""
    classifier = catseye.Classifier.load(RUN)
    picture = next(PHOTOS.rglob("*.png"))
    transferred = catseye.transfer(PHOTOS, data_dir=f"home-{os.getpid()}")  # with a cache of its own
    found = pretrained("efficientnet_lite0", None, Path("home"))
    by_torch = extract(
        found,
        catseye.load(PHOTOS, "test"),
        None,
        engine=TorchEngine(found.load, found.preprocess, "cpu", FP32),
    )
    answers = [
        probabilities(classifier),
        catseye.evaluate(classifier, "digits").accuracy,
        transferred.result.to_json()["test"],
        transferred.evaluations["test"].probabilities.tobytes().hex(),
        by_torch.vectors.tobytes().hex(),
        catseye.train("digits", epochs=1).result.to_json()["test"],
        catseye.explain(classifier, picture).to_json(),
    ]
    return json.dumps(answers)


def after_everything() -> None:
    """A child of a parent that has done everything computes the same to the last bit; and so does the parent then."""
    before = everything()
    print(Child(everything).result() == before, everything() == before)


def after_loading() -> None:
    """A parent that has only loaded."""
    classifier = catseye.Classifier.load(RUN)
    child = Child(lambda: probabilities(classifier)).result()
    print(child == probabilities(classifier))


def unannounced() -> None:
    """A fork behind Python's back, after the parent has computed."""
    classifier = catseye.Classifier.load(RUN)
    before = np.frombuffer(bytes.fromhex(probabilities(classifier)))
    child = Child(lambda: probabilities(classifier), announced=False).result()
    after = np.frombuffer(bytes.fromhex(child))
    print(bool(np.allclose(before, after, atol=1e-5)))  # with one thread: the last digits may differ


def while_threads_compute() -> None:
    """Forks while other threads of the parent decode, extract and train."""
    classifier, stop, begun = catseye.Classifier.load(RUN), threading.Event(), threading.Barrier(4)
    expected = probabilities(classifier)
    found, pictures = pretrained("efficientnet_lite0", None, Path("home")), catseye.load(PHOTOS, "train")

    def repeat(work: Callable[[], object]) -> None:
        work()
        begun.wait()
        while not stop.is_set():
            work()

    works: list[Callable[[], object]] = [
        lambda: extract(found, pictures, None),
        lambda: probabilities(classifier),
        lambda: catseye.train("digits", epochs=1),
    ]
    threads = [threading.Thread(target=repeat, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    begun.wait()
    try:
        print([Child(lambda: probabilities(classifier)).result() == expected for _ in range(5)])
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def prefork() -> None:
    """Load once, then serve from several forked workers at a time, as web servers do."""
    classifier = catseye.Classifier.load(RUN)
    expected = probabilities(classifier)  # a server that warms up
    children = [Child(lambda: probabilities(classifier)) for _ in range(WORKERS)]
    print([child.result() == expected for child in children])


def of_shared(_: int) -> str:
    """Work of a pool whose workers were forked with a classifier."""
    assert _classifier is not None
    return probabilities(_classifier)


def of_loaded(_: int) -> str:
    """Work of a pool whose workers load for themselves."""
    return probabilities(catseye.Classifier.load(RUN))


def of_broken(_: int) -> str:
    """Work that fails with our error."""
    return str(catseye.Classifier.load(RUN).predict("missing.png"))


def pools() -> None:
    """Pools of both libraries, forked and spawned."""
    global _classifier
    _classifier = catseye.Classifier.load(RUN)
    expected, same = probabilities(_classifier), []
    for method, work in (("fork", of_shared), ("spawn", of_loaded)):
        context = multiprocessing.get_context(method)
        with ProcessPoolExecutor(2, context) as executor:
            same += [result == expected for result in executor.map(work, range(2))]
            try:
                executor.submit(of_broken, 0).result()
            except PictureError as error:
                same.append((error.picture, error.reason) == ("missing.png", "there is no such file"))
        pool: Pool
        with context.Pool(2) as pool:
            same += [result == expected for result in pool.map(work, range(2))]
    print(same)


def eight_threads() -> None:
    """One classifier, eight threads."""
    classifier = catseye.Classifier.load(RUN)
    expected = probabilities(classifier)
    with ThreadPoolExecutor(8) as pool:
        print([result == expected for result in pool.map(lambda _: probabilities(classifier), range(16))])


if __name__ == "__main__":
    globals()[sys.argv[1]]()
