"""Time and memory of one training epoch on so many pictures: PICTURES"""

import json
import sys
import time

import numpy as np

from catseye.datasets.memory_pictures import MemoryPictures
from catseye.images.preprocess import Preprocess
from catseye.networks import build
from catseye.training.loop import Task, fit
from catseye.training.recipe import Recipe

count = int(sys.argv[1])
pictures = MemoryPictures(np.zeros((count, 1, 28, 28), np.uint8), np.arange(count) % 10, tuple("0123456789"))
task = Task(build("fashion_convnet", (28, 28, 1), 10), Preprocess(28, 28, 1), Recipe(epochs=1), pictures, None)
start = time.perf_counter()
fit(task, None, lambda _: None, quiet=True)
print(json.dumps({"seconds": time.perf_counter() - start}))
