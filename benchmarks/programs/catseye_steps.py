"""Our training loop on pictures in memory: NETWORK BATCH_SIZE PRECISION PICTURES"""

import json
import sys

import numpy as np

from catseye.datasets.memory_pictures import MemoryPictures
from catseye.images.preprocess import Preprocess
from catseye.networks import build
from catseye.training.loop import Task, fit
from catseye.training.recipe import Recipe

name, batch_size, precision, count = sys.argv[1:]
random = np.random.default_rng(0)
labels = random.integers(0, 10, int(count))
pictures = MemoryPictures(random.integers(0, 256, (len(labels), 1, 28, 28), np.uint8), labels, tuple("0123456789"))
recipe = Recipe(
    epochs=2,
    batch_size=int(batch_size),
    precision="bf16" if precision == "bf16" else "fp32",
    optimizer="adam",
    learning_rate=0.001,
    schedule="constant",
    weight_decay=0.0,
    label_smoothing=0.0,
)
task = Task(build(name, (28, 28, 1), 10), Preprocess(28, 28, 1), recipe, pictures, None)
warm, timed = fit(task, None, lambda _: None, quiet=True).history
print(json.dumps({"images_per_second": len(labels) / timed.seconds}))
