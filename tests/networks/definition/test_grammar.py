"""The text of a network: what each part of it builds, and what is said of everything else."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from catseye.errors import UsageError
from catseye.networks import build, resolve_network, summarise
from catseye.networks.definition.activation import ACTIVATIONS
from catseye.networks.definition.definition import Definition
from catseye.networks.definition.grammar import LONGEST_TEXT, count_layers, read_network
from catseye.networks.lessons import LESSON_TEXTS

SHAPE = (28, 28, 3)

# text, shape of its last output for 28×28×3, parameters without the last dense layer: both worked out by hand
WORKED_OUT: list[tuple[str, tuple[int, ...], int]] = [
    ("conv 8", (26, 26, 8), 8 * (9 * 3 + 1)),
    ("conv 8 same", (28, 28, 8), 224),
    ("conv 8 valid", (26, 26, 8), 224),
    ("conv 8 5x5", (24, 24, 8), 8 * (25 * 3 + 1)),
    ("conv 8 5", (24, 24, 8), 608),
    ("conv 8 1x3", (28, 26, 8), 8 * (3 * 3 + 1)),
    ("conv 8 padding 2", (30, 30, 8), 224),
    ("conv 8 stride 2", (13, 13, 8), 224),
    ("conv 8 same stride 2", (14, 14, 8), 224),
    ("conv 8 stride 2x1", (13, 26, 8), 224),
    ("conv 8 dilation 2", (24, 24, 8), 224),
    ("conv 9 groups 3", (26, 26, 9), 9 * (9 * 1 + 1)),
    ("conv 6 depthwise", (26, 26, 6), 6 * (9 + 1)),
    ("conv 8 no bias", (26, 26, 8), 216),
    ("conv 8 gelu", (26, 26, 8), 224),
    ("conv 8 linear", (26, 26, 8), 224),
    ("conv 8 same 5x5", (28, 28, 8), 608),
    ("conv 8 gelu stride 2x1 1x3", (14, 26, 8), 8 * (3 * 3 + 1)),
    ("conv 8 padding 3x0", (32, 26, 8), 224),
    ("conv 8 padding 0x1", (26, 28, 8), 224),
    ("conv 8 padding 0", (26, 26, 8), 224),
    ("pool", (14, 14, 3), 0),
    ("pool 3", (9, 9, 3), 0),
    ("pool 3x3 stride 1", (26, 26, 3), 0),
    ("pool 3x3 stride 2 same", (14, 14, 3), 0),
    ("pool average 4", (7, 7, 3), 0),
    ("pool max 2x4", (14, 7, 3), 0),
    ("pool stride 1 3x3", (26, 26, 3), 0),
    ("pool 4x4 average", (7, 7, 3), 0),
    ("pool global", (3,), 0),
    ("pool global max", (3,), 0),
    ("flatten", (28 * 28 * 3,), 0),
    ("flatten, dense 16 tanh", (16,), 16 * (2352 + 1)),
    ("flatten, dense 16 no bias relu", (16,), 16 * 2352),
    ("batch norm", (28, 28, 3), 6),
    ("layer norm epsilon 0.001", (28, 28, 3), 6),
    ("dropout .3", (28, 28, 3), 0),
    ("relu", (28, 28, 3), 0),
    ("upsample", (56, 56, 3), 0),
    ("upsample 3 bilinear", (84, 84, 3), 0),
    ("3 × conv 8", (22, 22, 8), 224 + 2 * 8 * (9 * 8 + 1)),
    ("2 x [conv 8 same, pool]", (7, 7, 8), 224 + 584),
    ("[conv 3 same] + input", (28, 28, 3), 84),
    ("[conv 8 stride 2 same] + [conv 8 1x1 stride 2 linear]", (14, 14, 8), 224 + 8 * 4),
    ("[conv 4 1x1 | conv 5 same | input]", (28, 28, 12), 4 * 4 + 5 * 28),
    ("[[conv 2 1x1 | conv 1 1x1] + input | input]", (28, 28, 6), 2 * 4 + 4),
]


@pytest.mark.parametrize(("text", "shape", "parameters"), WORKED_OUT, ids=[text for text, _, _ in WORKED_OUT])
def test_each_part_has_the_shape_and_the_parameters_worked_out_by_hand(
    text: str, shape: tuple[int, ...], parameters: int
) -> None:
    assert read_network(text).output(SHAPE) == shape
    network = Definition.read(text).build(SHAPE, 7)
    values = torch.Size(shape).numel()
    assert sum(weight.numel() for weight in network.parameters()) == parameters + 7 * (values + 1)
    assert network.eval()(torch.rand(2, 3, 28, 28)).shape == (2, 7)


@pytest.mark.parametrize("text", [text for text, _, _ in WORKED_OUT])
def test_the_canonical_text_reads_as_itself(text: str) -> None:
    canonical = str(read_network(text))
    assert str(read_network(canonical)) == canonical
    assert read_network(canonical) == read_network(text)


def by_hand() -> nn.Sequential:
    """The text below in PyTorch's own modules."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 5, padding=2),
        nn.GELU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 8, 3, stride=2, dilation=2, groups=4, bias=False),
        nn.BatchNorm2d(8, eps=0.001),
        nn.SiLU(),
        nn.AvgPool2d(3, 1),
        nn.Upsample(scale_factor=2.0),
        nn.Flatten(),
        nn.Linear(8 * 6 * 6, 12),
        nn.ReLU(),
        nn.LayerNorm(12),
        nn.Dropout(0.25),
        nn.Linear(12, 5),
    )


def test_a_text_computes_what_the_same_modules_do() -> None:
    text = (
        "conv 8 5x5 same gelu, pool, conv 8 stride 2 dilation 2 groups 4 no bias swish, "
        "pool average 3x3 stride 1, upsample, flatten, dense 12, layer norm, dropout 25%, dense 5"
    ).replace("no bias swish", "no bias linear, batch norm epsilon .001, silu")
    network, expected = Definition.read(text).build(SHAPE, 5), by_hand()
    own = network.state_dict()
    assert [weight.shape for weight in own.values()] == [weight.shape for weight in expected.state_dict().values()]
    network.load_state_dict(dict(zip(own, expected.state_dict().values(), strict=True)))
    pictures = torch.rand(2, 3, 28, 28)
    torch.testing.assert_close(network.eval()(pictures), expected.eval()(pictures))


@pytest.mark.parametrize(
    "text",
    [
        "CONV 8, POOL",
        "conv 8 ,pool ,",
        "\tconv 8\n\n  pool\n",
        "conv 8, # the first\r\npool # the last",
        "conv 8 relu,pool 2x2 stride 2",
        "conv  8\n,\npool",
        "conv\u30008， pool",
        "1 × [conv 8], pool max",
    ],
)
def test_blanks_breaks_letters_and_comments_make_no_difference(text: str) -> None:
    expected = Definition.read("conv 8, pool").build(SHAPE, 4)
    assert str(Definition.read(text).build(SHAPE, 4)) == str(expected)


def test_brackets_may_stand_on_lines_of_their_own() -> None:
    text = "2 × [\n  conv 8 same,\n  batch norm,\n] + input\n[\nconv 4\n|\nconv 5\n]\n"
    assert str(read_network(f"conv 8\n{text}")) == "conv 8, 2 × [conv 8 same, batch norm] + input, [conv 4 | conv 5]"


def test_a_name_stands_before_a_colon() -> None:
    network = Definition.read("my_net: conv 8, pool")
    assert (network.name, network.title, str(network)) == ("my_net", "my_net", "my_net: conv 8, pool")
    assert Definition.read(str(network)) == network


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "at least one layer"),
        (" , ", "at least one layer"),
        ("conv 8,, pool", "a layer is missing"),
        ("conv", "the number of filters"),
        ("conv 0", "from 1 to 100,000; got 0"),
        ("conv -5", "got -5"),
        ("conv 1.5", "got 1.5"),
        ("conv 1e9", "got 1e9"),
        ("conv 200000", "got 200000"),
        ("conv 3x3", "filters is missing; write e.g. conv 32 3x3"),
        ("conv 8 3x3 same 5x5", "window is given twice"),
        ("conv 8 padding 2x", "padding is a whole number from 0 to 1,000; got 2x"),
        ("pool average 3x3 max", "“max” cannot stand there"),
        ("conv 8 0x3", "sides are from 1"),
        ("conv 8 stride", "stride is a whole number"),
        ("conv 8 straid 2", "“straid” cannot stand there; did you mean stride"),
        ("conv 8 same valid", "padding is given twice"),
        ("conv 8 relu gelu", "activation is given twice"),
        ("conv 8 no", "after no comes bias"),
        ("pool median", "write e.g. pool"),
        ("dense 10 10", "“10” cannot stand there"),
        ("batch", "write batch norm"),
        ("dropout 1", "from 0 to below 1; got 1"),
        ("dropout nan", "got nan"),
        ("upsample 100", "the factor is a whole number from 1 to 64"),
        ("flaten", "did you mean flatten"),
        ("conv 8, lstm 4", "there is no layer “lstm 4”; layers are conv, pool"),
        ("(conv 8, pool)", r"layers that belong together stand in square brackets: \[conv 8, pool\]"),
        ("conv 8 stride 2,2", "a pair of numbers is written 2x2"),
        ("conv 8, residual", r"\[conv 64 same\] \+ input"),
        ("conv 8, depthwise 3", "depthwise, conv 64 1x1"),
        ("convnet, dense 10", "the name of a network, which stands alone"),
        ("conv 8 pool", "“pool” cannot stand there"),
        ("[conv 8", "never closed"),
        ("conv 8]", r"a \] too many"),
        ("conv 8 | pool", r"a \| too many"),
        ("[]", "at least one layer"),
        ("[] + input", "at least one layer"),
        ("[conv 8 | | pool]", "for the input unchanged, write input"),
        ("conv 8 + input", "stands in brackets"),
        ("[conv 8] + pool", "behind \\+ stands input"),
        ("0 × conv 8", "repeated 1 to 1,000 times; got 0"),
        ("1000000000 × conv 8", "repeated 1 to 1,000 times"),
        ("1000 × [1000 × [1000 × conv 8]]", "at most 2,000 layers; this one would have 1,000,000,000"),
        ("conv 8: pool", "“conv 8” is a layer"),
        ("a/b: pool", "a network's name has"),
        (f"{'n' * 41}: pool", "1 to 40 letters"),
        ("[" * 500 + "conv 8" + "]" * 500, "at most 16 deep"),
    ],
)
def test_what_is_no_network_is_told_with_what_to_write(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        Definition.read(text)
    assert len(str(caught.value)) < 400
    assert len(str(caught.value).splitlines()) <= 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dense 10", "layer 1, dense 10: needs values in one row, .* 28×28×3 .* Write flatten or pool global"),
        ("flatten, conv 8", "layer 2, conv 8: needs maps, but 2,352 values"),
        ("flatten, pool", "layer 2, pool: needs maps"),
        ("pool, 2 × [conv 8, pool 9]", r"layer 2\.1, conv 8: .* reaches over 3×3 values, but only 1×1"),
        ("conv 8 groups 2", "layer 1, conv 8 groups 2: the 3 channels that reach it cannot be divided into 2"),
        ("conv 8 depthwise", "the 8 filters cannot be divided into 3"),
        ("[conv 8 same] + input", r"28×28×8 .* Write “\+ \[conv 8 1x1 linear\]”"),
        ("[conv 3 same stride 2] + input", r"\[conv 3 1x1 stride 2 linear\]"),
        ("[conv 8 | conv 8 same]", "26×26×8, 28×28×8: height and width must be the same"),
        ("flatten, dense 9 linear", "layer 2, dense 9 linear: .* 10 classes. Write dense 10"),
        ("20 × upsample 64", "would have over"),
        ("flatten, dense 100000, dense 10000", "would have 1,235,410,010 parameters"),
    ],
)
def test_what_does_not_fit_is_found_before_training(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        build(text, SHAPE, 10)


def test_a_text_of_ten_megabytes_is_refused_by_its_length() -> None:
    with pytest.raises(UsageError, match=rf"at most {LONGEST_TEXT:,} characters; got 10,000,000"):
        resolve_network("conv 8, " * 1_250_000)


@pytest.mark.parametrize("text", ["9" * 19_000, "conv " + "9" * 19_000, "x" * 19_000, "[" * 19_000, "1 × " * 4_000])
def test_an_error_does_not_repeat_a_long_text(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Definition.read(text)
    assert len(str(caught.value)) < 600


PAGE = (Path(__file__).parents[3] / "docs" / "networks.md").read_text("utf-8")


def test_every_layer_on_the_page_is_read() -> None:
    table = PAGE.split("| layer |")[1].split("\n\n")[0]
    first = [line.split(" | ")[0] for line in table.splitlines()[2:]]
    layers = [text.replace("…", "conv 8") for cell in first for text in re.findall(r"`([^`]+)`", cell)]
    assert len(layers) > 25
    for layer in layers:
        read_network(layer.replace("conv 8 epsilon", "batch norm epsilon"))
    brackets = PAGE.split("| text |")[1].split("\n\n")[0]
    for text in re.findall(r"^\| `(.+?)`", brackets.replace("\\|", "|"), re.MULTILINE):
        read_network(text)


def test_the_lessons_texts_on_the_page_are_those_of_the_registry() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \| ([\d,]+) \|$", PAGE, re.MULTILINE)
    assert {name: text for name, text, _ in rows} == LESSON_TEXTS
    for name, _, parameters in rows:
        assert f"{summarise(build(name, (28, 28, 1), 10), (28, 28, 1)).parameters:,}" == parameters
    assert set(re.findall(r"`([^`]+)`", PAGE.split("Activations: ")[1].split("There is")[0])) == {*ACTIVATIONS, "swish"}


def test_the_errors_on_the_page_are_those_that_are_given() -> None:
    told = re.findall(r'\$ catseye summary "(.+)"\n    error: (.+)', PAGE)
    assert len(told) == 3
    for text, message in told:
        with pytest.raises(UsageError) as caught:
            build(text, (28, 28, 1), 10)
        assert str(caught.value).startswith(message.rstrip("…"))


WORDS = [
    *("conv", "pool", "dense", "batch", "norm", "layer", "dropout", "flatten", "upsample", "relu", "gelu", "linear"),
    *("input", "same", "stride", "padding", "groups", "depthwise", "global", "average", "max", "no", "bias", "epsilon"),
    *("[", "]", "|", "+", ",", ",", ",", "×", "x", ":", ";", "#", "\n", "(", ")", "=", "->", "%", "-1", "0", "1", "2"),
    *("8", "3x3", "0x0", ".5", "1e9", "nan", "99999999999999999999", "²", "½", "maxpool2d", "Conv2D(8,3)", "x0", "\0"),
]


@pytest.mark.slow
@settings(max_examples=400)
@given(st.lists(st.sampled_from(WORDS), max_size=24), st.randoms())
def test_any_words_are_a_network_or_a_usage_error(words: list[str], chance: random.Random) -> None:
    text = "".join(word + chance.choice(["", " ", " "]) for word in words)
    try:
        definition = Definition.read(text)
    except UsageError:
        return
    assert Definition.read(str(definition)) == definition
    assert count_layers(definition.layers) >= 1
    try:
        with torch.device("meta"):
            network = definition.build((12, 9, 2), 3)
    except UsageError:
        return
    assert summarise(network, (12, 9, 2)).layers[-1].output == (3,)


def test_leaky_relu_may_have_a_slope() -> None:
    text = "conv 8 leaky relu .2, leaky relu 0.3, flatten, dense 5 leaky relu, dense 3"
    assert str(Definition.read(text)) == text.replace(" .2", " 0.2")
    slopes = [one.negative_slope for one in Definition.read(text).build((8, 8, 1), 3) if isinstance(one, nn.LeakyReLU)]
    assert slopes == [0.2, 0.3, 0.01]
    with pytest.raises(UsageError, match="the slope is a number from 0 to below 1; got 3"):
        Definition.read("leaky relu 3")
