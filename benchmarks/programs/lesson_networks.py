"""The lessons' three networks and their training, as a program in Keras writes them."""

from __future__ import annotations

import keras
from keras import layers


def network(name: str) -> keras.Model:
    """Return the lesson's network, with probabilities at its end."""
    if name == "dense":
        body = [layers.Flatten(), layers.Dense(512, activation="relu")]
    elif name == "convnet":
        body = [
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(128, 3, activation="relu"),
            layers.Flatten(),
        ]
    else:
        body = [
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2, strides=2),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2, strides=2),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
        ]
    last = layers.Dense(10, activation="softmax", dtype="float32", name="last")
    return keras.Sequential([keras.Input((28, 28, 1)), *body, last])


def lesson(name: str) -> tuple[str, int, int]:
    """Return the lesson's optimiser, batch size and number of epochs."""
    return ("adam", 32, 10) if name == "fashion_convnet" else ("rmsprop", 128, 5)
