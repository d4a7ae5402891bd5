"""One picture classified by Keras's MobileNetV2, cold: PICTURE"""

import sys

import keras
import numpy as np

model = keras.applications.MobileNetV2(weights=None)
picture = keras.utils.img_to_array(keras.utils.load_img(sys.argv[1], target_size=(224, 224)))
batch = keras.applications.mobilenet_v2.preprocess_input(picture[None])
print(int(np.argmax(model.predict(batch, verbose=0))))
