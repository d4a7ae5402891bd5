"""Features by Keras's MobileNetV2 (weights do not matter for its speed): FOLDER files|memory"""

import json
import sys
import time

import keras
import numpy as np

folder, source = sys.argv[1:]
model = keras.applications.MobileNetV2(weights=None, include_top=False, pooling="avg", input_shape=(224, 224, 3))
data = keras.utils.image_dataset_from_directory(
    folder, image_size=(224, 224), batch_size=32, shuffle=False, verbose=False
)
scaled = data.map(lambda pictures, _: keras.applications.mobilenet_v2.preprocess_input(pictures))
pictures = np.concatenate(list(scaled)) if source == "memory" else scaled
start = time.perf_counter()
model.predict(np.zeros((32, 224, 224, 3), np.float32), verbose=0)
begun = time.perf_counter()
features = model.predict(pictures, verbose=0)
seconds = time.perf_counter() - begun
print(json.dumps({"pictures_per_second": len(features) / seconds, "start_seconds": begun - start}))
