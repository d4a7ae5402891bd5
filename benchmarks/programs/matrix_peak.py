"""The processor's rate in large matrix products, in 10⁹ operations per second: the best of many."""

import json
import time

import torch

SIDE, PRODUCTS = 2048, 12
peaks = {}
for name, kind in (("fp32", torch.float32), ("bf16", torch.bfloat16)):
    left, right = (torch.randn(SIDE, SIDE).to(kind) for _ in range(2))
    times = []
    for _ in range(PRODUCTS):
        start = time.perf_counter()
        left @ right
        times.append(time.perf_counter() - start)
    peaks[name] = 2 * SIDE**3 / min(times) / 1e9
print(json.dumps(peaks))
