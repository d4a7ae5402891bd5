"""Runs a .keras file in Keras, in a separate process: Keras loads a whole framework, selected by its environment."""

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

# Prints one line with the runtime and one when the file is loaded, then answers each picture, float32 of a known shape,
# with its probabilities. Other output of Keras and its framework is redirected to stderr.
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
_BACKEND_VARIABLE, _BACKENDS = "KERAS_BACKEND", ("tensorflow", "torch", "jax")  # TensorFlow by default
_FLOAT_BYTES = 4


class KerasNotStartedError(Exception):
    """Keras cannot be imported; the message gives the reason."""


class Keras:
    """A model in Keras, for pictures of the network's own size.

    Raises
    ------
    KerasNotStartedError
        Keras cannot be imported.
    CatseyeError
        It cannot read the file.
    """

    def __init__(self, classifier: Classifier, path: Path) -> None:
        own = classifier.preprocess
        self._preprocess, self._classes = own, len(classifier.classes)
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, path, *map(str, own.shape)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_choose_backend(),
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
            raise CatseyeError(f"not exported: {self.runtime} cannot read the file ({reason}).")

    def __call__(self, picture: Pixels) -> tuple[Floats, None]:
        """Return probabilities (K,) for a picture uint8 (H, W, 3)."""
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
    """End the process by closing its input."""
    process.communicate()


def _choose_backend() -> dict[str, str]:
    """Return the environment, with an installed backend selected unless one is set."""
    installed = next((name for name in _BACKENDS if find_spec(name)), None)
    return {**({_BACKEND_VARIABLE: installed} if installed else {}), **os.environ}
