"""The lesson's program as it stands: ARRAYS NETWORK SEED"""

import json
import sys
import time

import keras
from data import arrays
from lesson_networks import lesson, network

path, name, seed = sys.argv[1:]
keras.utils.set_random_seed(int(seed))
optimizer, batch_size, epochs = lesson(name)
start = time.perf_counter()
train, train_labels, test, test_labels = arrays(path)
train, test = (pictures[..., None].astype("float32") / 255 for pictures in (train, test))
model = network(name)
model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(train, train_labels, epochs=epochs, batch_size=batch_size, verbose=0)
_, accuracy = model.evaluate(test, test_labels, verbose=0)
print(json.dumps({"seconds": time.perf_counter() - start, "accuracy": 100 * accuracy}))
