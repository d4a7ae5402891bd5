"""The engine that is chosen."""

from __future__ import annotations

import os
import subprocess
import sys

_REPORT = """
from catseye.inference.choose import choose_engine
from catseye.networks import build
from catseye.networks.pretrained_weights import preprocess_of
from catseye.system.device import CPU, quick_precision
preprocess = preprocess_of("efficientnet_lite0")
network = build("efficientnet_lite0", preprocess.shape, 1000)
print(choose_engine(lambda: network, preprocess, device=CPU).name.split()[-1], quick_precision(CPU))
"""


def test_bf16_is_not_chosen_where_onednn_may_not_use_it() -> None:
    """Where the processor has it, OpenVINO's list of capabilities still names it, but no layer can be compiled."""
    limited = os.environ | {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
    done = subprocess.run([sys.executable, "-c", _REPORT], env=limited, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["fp32", "fp32"]
