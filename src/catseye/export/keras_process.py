"""A .keras file in Keras, in a process of its own: Keras loads a whole framework, which its environment names."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING
from weakref import finalize

import numpy as np

from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from catseye.arrays import Floats, Pixels
    from catseye.classifier.classifier import Classifier

# Says in a line what runs the file, in another one that it is loaded, and answers each picture, float32 of a known
# shape, with its probabilities. What Keras and its framework print goes elsewhere.
_PROGRAM = """
import os, sys
answers = os.fdopen(os.dup(1), "wb", buffering=0)
os.dup2(2, 1)
def say(text):
    answers.write(str(text).replace("\\n", " ")[:300].encode("utf-8", "replace") + b"\\n")
try:
    import numpy, keras
    say(f"keras {keras.__version__} on {keras.backend.backend()}")
    model = keras.saving.load_model(sys.argv[1], compile=False)
except Exception as error:
    sys.exit(say(f"{type(error).__name__}: {error}"))
say("loaded")
shape = tuple(map(int, sys.argv[2:]))
size = 4 * int(numpy.prod(shape))
while len(given := sys.stdin.buffer.read(size)) == size:
    found = model(numpy.frombuffer(given, "float32").reshape(1, *shape))
    answers.write(keras.ops.convert_to_numpy(found).astype("float32").tobytes())
"""
_CHOSEN, _FRAMEWORKS = "KERAS_BACKEND", ("tensorflow", "torch", "jax")  # TensorFlow unless something else is chosen
_FLOAT_BYTES = 4


class KerasNotStartedError(Exception):
    """Keras cannot be imported; the message is its reason."""


class Keras:
    """A model in Keras, which is given pictures of the network's own size.

    Raises
    ------
    KerasNotStartedError
        Keras cannot be imported.
    CatseyeError
        It does not read the file.
    """

    def __init__(self, classifier: Classifier, path: Path) -> None:
        own = classifier.preprocess
        self._preprocess, self._classes = own, len(classifier.classes)
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, path, *map(str, own.shape)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_choose_framework(),
        )
        assert process.stdin is not None
        assert process.stdout is not None
        self._given: BinaryIO = process.stdin  # type: ignore[assignment]
        self._answers: BinaryIO = process.stdout  # type: ignore[assignment]
        finalize(self, _end, process)
        self.runtime = self._line()
        if not self.runtime.startswith("keras "):
            raise KerasNotStartedError(self.runtime or "its process ended")
        answer = self._line()
        if answer != "loaded":
            reason = answer or "its process ended"
            raise CatseyeError(f"not exported: {self.runtime} does not read the file ({reason}).")

    def __call__(self, picture: Pixels) -> tuple[Floats, None]:
        """Return probabilities (K,) of a picture uint8 (H, W, 3)."""
        from catseye.images.preprocess import to_image

        pixels = self._preprocess.pixels(to_image(picture)).transpose(1, 2, 0)
        try:
            self._given.write(pixels.astype(np.float32).tobytes())
            self._given.flush()
            found = self._answers.read(_FLOAT_BYTES * self._classes)
        except BrokenPipeError:
            found = b""
        if len(found) != _FLOAT_BYTES * self._classes:
            raise CatseyeError(f"not exported: {self.runtime} cannot run the file.")
        return np.frombuffer(found, np.float32), None

    def _line(self) -> str:
        return self._answers.readline().decode("utf-8", "replace").strip().rstrip(".")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process, which reads until there is nothing more to read."""
    process.communicate()


def _choose_framework() -> dict[str, str]:
    """Return the environment, in which a framework that is installed is chosen where nothing else is."""
    installed = next((name for name in _FRAMEWORKS if find_spec(name)), None)
    return {**({_CHOSEN: installed} if installed else {}), **os.environ}
