"""Texts from habit: each is answered with the network as it is written here."""

from __future__ import annotations

import pytest

from catseye.errors import UsageError
from catseye.networks import resolve_network

HABITS = {
    "Conv2D(32,3), Flatten, Dense(10)": "conv 32 3 linear, flatten, dense 10",
    "Conv2D(32, (3,3), activation='relu'), MaxPooling2D((2,2)), Flatten(), Dense(10, activation='softmax')": (
        "conv 32 3x3 relu, pool 2x2, flatten, dense 10"
    ),
    "Sequential([Conv2D(8, 3, strides=2, padding='same', use_bias=False), BatchNormalization(), Activation('relu')])": (
        "conv 8 3 stride 2 same no bias linear, batch norm, relu"
    ),
    "nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2, 2)": "conv 32 3, pool 2 stride 2",
    "nn.Sequential(nn.Conv2d(1, 8, kernel_size=3, padding=1), nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(9, 10))": (
        "conv 8 3 padding 1, flatten, dense 10"
    ),
    "Conv2D(32, 3, activation='relu', input_shape=(28,28,1)), MaxPooling2D((2,2)), Flatten(), "
    "Dense(512, activation='relu'), Dropout(0.5), Dense(10, activation='softmax')": (
        "conv 32 3 relu, pool 2x2, flatten, dense 512 relu, dropout 0.5, dense 10"
    ),
    "Conv2D(8, [3, 5], strides=(2, 2), input_shape=[28, 28, 1])": "conv 8 3x5 stride 2x2 linear",
    "MaxPooling2D(pool_size=(2, 2), strides=(1,1)), Flatten()": "pool 2x2 stride 1x1, flatten",
    "32 conv": "conv 32",
    "conv 8, 2 conv 64, 3x3 conv 8, 64 3x3 conv": "conv 8, 2 × conv 64, conv 8 3x3, conv 64 3x3",
    "2x2 max pool, flatten, 128 dense, 50% dropout": "pool 2x2, flatten, dense 128, dropout 50%",
    "conv2d 32": "conv 32",
    "conv32": "conv 32",
    "conv 3x3 32": "conv 32 3x3",
    "conv 32 kernel 5": "conv 32 5",
    "conv 32 kernel_size=5": "conv 32 5",
    "conv 32 (3,3)": "conv 32 3x3",
    "conv 32 3 x 3": "conv 32 3x3",
    "conv 32 stride=2": "conv 32 stride 2",
    "conv 32 s2": "conv 32 stride 2",
    "conv 32 /2": "conv 32 stride 2",
    "conv 32 padding same": "conv 32 same",
    "conv 32 pad 1": "conv 32 padding 1",
    "conv 32 bias=False": "conv 32 no bias",
    "conv 32 leaky-relu": "conv 32 leaky relu",
    "conv 32 with relu": "conv 32 relu",
    "maxpool": "pool",
    "conv 8, max pooling 2x2": "conv 8, pool 2x2",
    "conv 8, avg pool": "conv 8, pool average",
    "conv 8, pool avg": "conv 8, pool average",
    "conv 8, global average pooling": "conv 8, pool global",
    "conv 8, gap": "conv 8, pool global",
    "conv 8, AdaptiveAvgPool2d(1)": "conv 8, pool global",
    "conv 8, flatten, fc 10": "conv 8, flatten, dense 10",
    "flatten, linear 128, relu, linear 10": "flatten, dense 128, relu, dense 10",
    "conv 8, flatten, dense 10, softmax": "conv 8, flatten, dense 10",
    "conv 8, flatten, dense 10 softmax": "conv 8, flatten, dense 10",
    "flatten, dense 10 logits": "flatten, dense 10",
    "conv 8, batchnorm": "conv 8, batch norm",
    "conv 8, bn, relu": "conv 8, batch norm, relu",
    "conv 8, LayerNorm": "conv 8, layer norm",
    "dropout(0.5), conv 8": "dropout 0.5, conv 8",
    "upsample x2": "upsample 2",
    "conv 8, unpool": "conv 8, upsample",
    "input 28x28x1, conv 8": "conv 8",
    "conv 32; pool; flatten": "conv 32, pool, flatten",
    "conv 32 -> pool → flatten": "conv 32, pool, flatten",
    "[conv 1 same] + x": "[conv 1 same] + input",
    "[conv 1 same, conv 1 same] + skip, pool": "[conv 1 same, conv 1 same] + input, pool",
    "2[conv 8]": "2 × [conv 8]",
    "3 times conv 8": "3 × conv 8",
    "[conv 8, pool] x 2": "2 × [conv 8, pool]",
    "conv 64 same × 3": "3 × [conv 64 same]",
    "conv 64 x 3, pool": "3 × [conv 64], pool",
    "conv 64 3x3 x3": "3 × [conv 64 3x3]",
    "conv 32 3 × 3 same": "conv 32 3x3 same",
    "conv same 32": "conv 32 same",
    "conv stride 2 relu 32 5": "conv 32 5 stride 2 relu",
    "conv 32 stride 2 5": "conv 32 5 stride 2",
    "pool average same 3": "pool average 3 same",
    "conv 32 same padding stride 2": "conv 32 same stride 2",
    "conv 32 no padding": "conv 32 valid",
    "conv 32 none": "conv 32 linear",
    "conv 32 no activation": "conv 32 linear",
    "flatten, dense 9 without activation, dense 10": "flatten, dense 9 linear, dense 10",
    "Conv2D(32, 3, activation=None), Flatten()": "conv 32 3 linear, flatten",
    "conv 8, dropout 50": "conv 8, dropout 50%",
    "conv 32 3x3 + relu": "conv 32 3x3 relu",
    "conv 32 + bn + relu, pool": "conv 32 linear, batch norm, relu, pool",
    "[conv 3 same + gelu] + input": "[conv 3 same gelu] + input",
    "input + [conv 16 same]": "[conv 16 same] + input",
    "pool, x + [conv 16 same, [conv 3 | pool 3 stride 1]], pool": "pool, [conv 16 same, [conv 3 | pool 3 stride 1]] + "
    "input, pool",
    "max pool 2": "pool 2",
}


@pytest.mark.parametrize(("text", "written"), HABITS.items(), ids=list(HABITS))
def test_the_error_says_how_it_is_written_here(text: str, written: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve_network(text)
    assert str(caught.value).endswith(f'is written differently here; write "{written}".')
    resolve_network(written)


@pytest.mark.parametrize("text", ["conv 8, pool", "3 x [conv 8 same, batch norm] + input", "relu", "conv 8 5"])
def test_what_is_written_as_here_is_taken(text: str) -> None:
    resolve_network(text)


@pytest.mark.parametrize("text", ["conv 8, lstm 5", "conv 32, a maxpool", "a conv of 8", "conv(((((", ")))", "(conv 8"])
def test_what_is_no_layer_anywhere_is_told_without_a_guess(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve_network(text)
    assert "written differently" not in str(caught.value)


PLACES = {
    "conv 16, SeparableConv2D(64, 3)": "layer 2: there is no layer “separableconv2d 64 3”; with N channels before it, "
    "it is written conv N depthwise, conv M 1x1, e.g. conv 32 depthwise linear, conv 64 1x1.",
    "Conv2D(32, 3, kernel_initializer='he_normal'), Flatten()": "layer 1: conv 32 3 kernel_initializer he_normal "
    "linear: “kernel_initializer” cannot stand there; write e.g. conv 32, conv 64 5x5 same stride 2.",
    "conv 16, faltten, dense 10": "layer 2: there is no layer “faltten”; did you mean flatten?",
    "conv 8, 2 x [conv 8 same, conv 8 sam] + input": "layer 2.2: conv 8 sam: “sam” cannot stand there; did you mean "
    "same?",
    "conv 8, [conv 16": "layer 2: a bracket is never closed: write ] behind “conv 16”.",
    "conv 8, conv": "layer 2: conv: the number of filters is a whole number from 1 to 100,000; it is missing: write "
    "e.g. conv 32.",
    "faltten": "unknown network 'faltten'; did you mean the layer flatten?",
    "conv": "layer 1: conv: the number of filters is a whole number from 1 to 100,000; it is missing: write e.g. "
    "conv 32.",
    "conv 0": "layer 1: conv 0: the number of filters is a whole number from 1 to 100,000; got 0.",
    "conv 32 stride same 2": "layer 1: conv 32 stride same 2: stride is a whole number from 1 to 1,000; got same.",
    "conv 3×3 + relu": "layer 1: conv 3×3: the number of filters is missing; write e.g. conv 32 3×3.",
    "pool, Conv2DTranspose(8, 3)": "layer 2: there is no layer “conv2dtranspose 8 3”; in place of a transposed "
    "convolution, which may leave a chequered pattern, write upsample, conv N same, e.g. upsample, conv 32 same.",
    "conv 16]": "the network's text has a ] too many, at the end.",
    "conv 16], pool": "the network's text has a ] too many, before “, pool”.",
    "batch norm momentum 0.9": "layer 1: batch norm momentum 0.9: its momentum is always 0.1 as PyTorch counts it, 0.9 "
    "as Keras does; leave it out.",
}


@pytest.mark.parametrize(("text", "message"), PLACES.items(), ids=list(PLACES))
def test_an_error_names_the_place_and_what_to_write(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve_network(text)
    assert str(caught.value) == message


@pytest.mark.parametrize("text", ["conv transpose 32", "transposed conv 32", "ConvTranspose2d(8, 16, 2)", "deconv 32"])
def test_a_transposed_convolution_is_answered_with_what_there_is(text: str) -> None:
    with pytest.raises(UsageError, match="write upsample, conv N same"):
        resolve_network(text)


@pytest.mark.parametrize("text", ["Func", "my/net.py"])
def test_a_network_written_in_python_has_no_text(text: str) -> None:
    with pytest.raises(UsageError, match="A network written in Python cannot be given on the command line"):
        resolve_network(text)
