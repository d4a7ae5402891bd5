"""The OpenVINO engine and the process around it."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pytest

from catseye.images.preprocess import Preprocess
from catseye.inference.engine import FP32
from catseye.inference.kept_engines import FOLDER
from catseye.inference.openvino_engine import OpenVinoEngine
from catseye.inference.openvino_graph import build_openvino_graph
from catseye.networks.registry import backbone

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Floats
    from catseye.networks.backbones.backbone import Backbone

PREPROCESS = Preprocess(64, 64, 3)
# The main thread uses an engine, and another thread is the last to let go of it.
_PROGRAM = """
import gc, os, signal, threading
import numpy as np
from catseye.images.preprocess import Preprocess
from catseye.inference.openvino_engine import OpenVinoEngine
from catseye.inference.openvino_graph import build_openvino_graph
from catseye.networks.registry import backbone

preprocess = Preprocess(64, 64, 3)
network = backbone("efficientnet_lite0", preprocess.shape, 10).eval()
held = [OpenVinoEngine(lambda: build_openvino_graph(network, preprocess), preprocess, "fp32")]
held[0].run([np.zeros((3, 64, 64), np.uint8)], lambda *_: None)

def let_go():
    held.clear()
    gc.collect()

thread = threading.Thread(target=let_go)
thread.start()
thread.join()
try:
    os.kill(os.getpid(), signal.SIGINT)
    signal.pause()
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "pause"), reason="needs POSIX signals")
def test_an_interruption_after_another_thread_let_go_of_an_engine_is_one() -> None:
    """A segmentation fault where OpenVINO's plugin had freed the main thread's stack for signals."""
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, env=os.environ, check=False)
    assert (done.returncode, done.stdout) == (0, "interrupted\n"), done.stderr


@pytest.fixture
def network() -> Backbone:
    return backbone("mobilenet_v2", (64, 64, 3), 10).eval()


def features(engine: OpenVinoEngine) -> Floats:
    """Return those of two pictures of noise."""
    found: dict[int, Floats] = {}
    engine.run(
        list(np.random.default_rng(0).integers(0, 256, (2, 3, 64, 64), np.uint8)),
        lambda index, vector: found.update({index: vector.copy()}),
    )
    return np.stack([found[0], found[1]])


def refuse() -> NoReturn:
    raise AssertionError("the backbone is not needed")


def test_a_network_that_was_kept_is_not_compiled_again(network: Backbone, tmp_path: Path) -> None:
    kept = tmp_path, "digest"
    first = features(OpenVinoEngine(lambda: build_openvino_graph(network, PREPROCESS), PREPROCESS, FP32, kept))
    assert np.array_equal(first, features(OpenVinoEngine(refuse, PREPROCESS, FP32, kept)))


@pytest.mark.parametrize(
    ("preprocess", "digest"),
    [(Preprocess(64, 64, 3, std=(0.5,) * 3), "digest"), (Preprocess(64, 64, 3), "another")],
)
def test_another_network_is(network: Backbone, tmp_path: Path, preprocess: Preprocess, digest: str) -> None:
    features(OpenVinoEngine(lambda: build_openvino_graph(network, PREPROCESS), PREPROCESS, FP32, (tmp_path, "digest")))
    with pytest.raises(AssertionError, match="not needed"):
        features(OpenVinoEngine(refuse, preprocess, FP32, (tmp_path, digest)))


def test_what_was_kept_is_believed_only_as_it_was(network: Backbone, tmp_path: Path) -> None:
    kept = tmp_path, "digest"
    features(OpenVinoEngine(lambda: build_openvino_graph(network, PREPROCESS), PREPROCESS, FP32, kept))
    (file,) = (tmp_path / FOLDER).glob("*.engine")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(AssertionError, match="not needed"):
        features(OpenVinoEngine(refuse, PREPROCESS, FP32, kept))


def test_a_network_is_let_go_of_and_read_again(network: Backbone, tmp_path: Path) -> None:
    """As around a fork: its weights lie in what was kept."""
    kept = tmp_path, "digest"
    features(OpenVinoEngine(lambda: build_openvino_graph(network, PREPROCESS), PREPROCESS, FP32, kept))
    engine = OpenVinoEngine(refuse, PREPROCESS, FP32, kept)
    first = features(engine)
    engine.release()
    assert engine.compiled() == []
    gc.collect()
    assert np.array_equal(first, features(engine))
