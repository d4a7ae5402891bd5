"""Our features of a folder's photographs: FOLDER files|memory"""

import json
import sys
import time
from pathlib import Path

import numpy as np

import catseye
from catseye.datasets.joined import join_pictures
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.inference.choose import choose_engine
from catseye.networks.pretrained_weights import pretrained
from catseye.transfer_learning.extraction import extract

folder, source = sys.argv[1:]
found = pretrained("efficientnet_lite0", None, Path())
pictures = join_pictures(list(catseye.load(folder).splits.values()))
if source == "memory":
    decoded = np.stack([pictures.pixels(index, found.preprocess) for index in range(len(pictures))])
    pictures = MemoryPictures(decoded, pictures.labels, pictures.classes)
start = time.perf_counter()
engine = choose_engine(found)
extract(found, pictures.take(range(32)), None, engine=engine)
begun = time.perf_counter()
features = extract(found, pictures, None, engine=engine)
seconds = time.perf_counter() - begun
print(json.dumps({"pictures_per_second": len(features.vectors) / seconds, "start_seconds": begun - start}))
