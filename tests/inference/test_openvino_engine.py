"""The OpenVINO engine and the process around it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

# The main thread uses an engine, and another thread is the last to let go of it.
_PROGRAM = """
import gc, os, signal, threading
import numpy as np
from catseye.images.preprocess import Preprocess
from catseye.inference.openvino_engine import OpenVinoEngine
from catseye.networks.registry import backbone

preprocess = Preprocess(64, 64, 3)
network = backbone("efficientnet_lite0", preprocess.shape, 10).eval()
held = [OpenVinoEngine(lambda: network, preprocess, "fp32")]
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


@pytest.mark.skipif(not hasattr(signal, "pause"), reason="needs POSIX signals")
def test_an_interruption_after_another_thread_let_go_of_an_engine_is_one() -> None:
    """A segmentation fault where OpenVINO's plugin had freed the main thread's stack for signals."""
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, env=os.environ, check=False)
    assert (done.returncode, done.stdout) == (0, "interrupted\n"), done.stderr
