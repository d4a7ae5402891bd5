"""The same work in Keras: NETWORK BATCH_SIZE PRECISION PICTURES"""

import json
import sys
import time

import keras
import numpy as np
from lesson_networks import network

name, batch_size, precision, count = sys.argv[1:]
if precision == "bf16":
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
random = np.random.default_rng(0)
labels = random.integers(0, 10, int(count))
pictures = random.random((len(labels), 28, 28, 1), np.float32)
model = network(name)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(pictures, labels, batch_size=int(batch_size), verbose=0)
start = time.perf_counter()
model.fit(pictures, labels, batch_size=int(batch_size), verbose=0)
print(json.dumps({"images_per_second": len(labels) / (time.perf_counter() - start)}))
