"""`catseye.train`, from data on disk to a measured, calibrated classifier: DATA NETWORK SEED [FIELD=VALUE …]"""

import json
import sys
import time

import torch

import catseye
import catseye.training.loop

name, network, seed, *changes = sys.argv[1:]
asked = {key: json.loads(value) for key, value in (change.split("=") for change in changes)}
start = time.perf_counter()
run = catseye.train(name, network, seed=int(seed), **asked)
seconds = time.perf_counter() - start
result = run.result.to_json()
print(
    json.dumps(
        {
            "seconds": seconds,
            "accuracy": 100 * result["test"]["accuracy"],
            "training_seconds": result["seconds"]["training"],
            "images_per_second": result["images_per_second"],
            "threads": torch.get_num_threads(),
        }
    )
)
