"""Our recipe in Keras: Muon or AdamW, one cycle, label smoothing, normalised pictures: ARRAYS NETWORK SEED EPOCHS"""

import json
import math
import sys
import time
from typing import Any

import keras
from data import arrays
from lesson_networks import network

BATCH_SIZE, RISE = 128, 0.25
path, name, seed, epochs = sys.argv[1:]
keras.utils.set_random_seed(int(seed))


class OneCycle(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Half a cosine wave up for a quarter of the steps, and another down."""

    def __init__(self, largest: float, steps: int) -> None:
        self.largest, self.top, self.steps = largest, RISE * steps, steps

    def __call__(self, step: Any) -> Any:
        step = keras.ops.cast(step, "float32")
        up = (1 - keras.ops.cos(math.pi * step / self.top)) / 2
        down = (1 + keras.ops.cos(math.pi * (step - self.top) / (self.steps - self.top))) / 2
        return self.largest * keras.ops.where(step < self.top, keras.ops.maximum(up, 0.04), down)


start = time.perf_counter()
train, train_labels, test, test_labels = arrays(path)
mean, deviation = train.mean(), train.std()
train, test = ((pictures[..., None].astype("float32") - mean) / deviation for pictures in (train, test))
model = network(name)
steps = int(epochs) * math.ceil(len(train) / BATCH_SIZE)
if name == "dense":
    optimizer = keras.optimizers.AdamW(OneCycle(0.004, steps), weight_decay=0.05)
else:
    optimizer = keras.optimizers.Muon(
        OneCycle(8 * 0.006, steps),
        adam_lr_ratio=1 / 8,
        weight_decay=0.05 / 8,
        adam_weight_decay=0.05,
        momentum=0.6,
        rms_rate=None,
        exclude_layers=["last"],
    )
model.compile(
    optimizer=optimizer, loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.05), metrics=["accuracy"]
)
model.fit(train, keras.utils.to_categorical(train_labels), epochs=int(epochs), batch_size=BATCH_SIZE, verbose=0)
_, accuracy = model.evaluate(test, keras.utils.to_categorical(test_labels), verbose=0)
print(json.dumps({"seconds": time.perf_counter() - start, "accuracy": 100 * accuracy}))
