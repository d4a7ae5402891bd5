"""The engine that is chosen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest

from catseye.inference import choose
from catseye.networks.pretrained_weights import preprocess_of
from catseye.system.device import CPU

_REPORT = """
from catseye.inference.choose import choose_engine
from catseye.networks import build
from catseye.networks.pretrained_weights import preprocess_of
from catseye.system.device import CPU, quick_precision
from catseye.networks.pretrained import Pretrained
preprocess = preprocess_of("efficientnet_lite0")
found = Pretrained.of_network("", build("efficientnet_lite0", preprocess.shape, 1000), preprocess, "")
print(choose_engine(found, device=CPU).name.split()[-1], quick_precision(CPU))
"""


@pytest.mark.slow
def test_bf16_is_not_chosen_where_onednn_may_not_use_it() -> None:
    """Where the processor has it, OpenVINO's list of capabilities still names it, but no layer can be compiled."""
    limited = os.environ | {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}
    done = subprocess.run([sys.executable, "-c", _REPORT], env=limited, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["fp32", "fp32"]


def test_whether_bf16_is_quick_is_found_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Mock(return_value=True)
    monkeypatch.setattr(choose, "multiplies_bf16", asked)
    found = Mock(preprocess=preprocess_of("resnet18"))
    names = {choose.choose_engine(found, device=CPU, home=tmp_path).name for _ in range(3)}
    assert asked.call_count == 1
    assert [name.split()[-1] for name in names] == ["bf16"]
    choose.choose_engine(found, device=CPU)  # of which nothing is kept
    assert asked.call_count == 2
