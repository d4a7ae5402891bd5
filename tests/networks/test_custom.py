"""Networks made in Python: what is refused, what is copied, and what they are called."""

from __future__ import annotations

import copy
import threading
from typing import Any

import pytest
import torch
from torch import nn

from catseye.errors import UsageError
from catseye.networks.custom import made_name, make_module, make_network
from catseye.networks.names import is_custom_name

SHAPE, CLASSES = (8, 8, 1), 10


class Viewing(nn.Module):
    """A network as many tutorials have it: functions in place of modules, and view in place of flatten."""

    def __init__(self, channels: int = 1, classes: int = CLASSES) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(channels, 8, 3, padding=1), nn.Conv2d(8, 16, 3, padding=1)
        self.fc = nn.Linear(16 * 2 * 2, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = torch.max_pool2d(torch.relu(self.conv2(x)), 2)
        logits: torch.Tensor = self.fc(x.view(-1, 64))
        return logits


def sequence(*behind: nn.Module) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, CLASSES), *behind)


class _Returning(nn.Module):
    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value, self.layer = value, nn.Linear(1, 1)

    def forward(self, x: torch.Tensor) -> Any:
        return self.value(x)


class _InTraining(nn.Module):
    """What goes wrong only in training mode: an output more, as some have it, or an error."""

    def __init__(self, wrong: Any) -> None:
        super().__init__()
        self.layer, self.wrong = nn.Linear(64, CLASSES), wrong

    def forward(self, x: torch.Tensor) -> Any:
        logits = self.layer(x.flatten(1))
        return self.wrong(logits) if self.training else logits


class _Casting(nn.Module):
    """Layers in another type of numbers, to which it casts its pictures."""

    def __init__(self, layers: nn.Module, kind: torch.dtype) -> None:
        super().__init__()
        self.layers, self.kind = copy.deepcopy(layers).to(kind), kind

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.layers(x.to(self.kind))
        return logits


class _Locked(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()


class _Counting(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = sequence()
        self.register_buffer("calls", torch.zeros(1, dtype=torch.float64).to(torch.complex64))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.inner(x)
        return logits


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (3, r"network must be a name, layers as text, a torch\.nn\.Module, or a function .*; got 3\."),
        (Viewing, r"network must be a module, not its class: write network=Viewing\(…\)\."),
        (lambda *_: None, r"the function for the network must return a torch\.nn\.Module; got None\."),
        (lambda *_: 1 / 0, r"fails for shape \(8, 8, 1\) and 10 classes: division by zero\."),
        (lambda: None, r"the function for the network fails .*positional arguments"),
        (Viewing(channels=3), r"fails for pictures of 8×8 pixels, a batch \(B, 1, 8, 8\): .*to have 3 channels"),
        (Viewing(classes=7), r"must return logits \(B, 10\), one for each class; for 2 pictures it returns \(2, 7\)\."),
        (_Returning(lambda _: torch.zeros(2, 10).to_sparse()), r"must return one dense tensor, the logits \(B, 10\)"),
        (_Returning(lambda _: torch.zeros(2, 10, device="meta")), "must return one dense tensor"),
        (_Returning(lambda x: (x, x)), r"must return one tensor, the logits \(B, 10\); got tuple\."),
        (_Returning(lambda x: torch.full((len(x), 10), torch.nan)), r"must return finite floats"),
        (_Returning(lambda x: torch.zeros(len(x), 10, dtype=torch.int64)), r"must return finite floats"),
        (sequence(nn.Softmax(1)), r"its outputs are probabilities, as behind softmax\. Leave softmax out"),
        (_InTraining(lambda x: (x, x)), r"must return logits \(B, 10\) in training mode too; for 2 .* returns tuple\."),
        (_InTraining(lambda x: x.no_such), r"fails in training mode, in which it is trained: .*no_such"),
        (_InTraining(lambda x: x.detach()), r"fails in training mode, in which it is trained: .*does not require grad"),
        (_Returning(lambda x: torch.rand(len(x), 10)), r"returns other logits for the same picture each time"),
        (_Locked(), r"cannot be copied \(.*lock.*\); give a function \(shape, classes\) that makes it\."),
        (_Counting(), r"the network's state calls is complex64, which a classifier's file cannot hold\."),
        (sequence().requires_grad_(False), r"no weights that could learn: all are frozen, or there are none\."),
    ],
)
def test_what_cannot_be_trained_is_refused_in_a_sentence(network: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        make_network(network, SHAPE, CLASSES)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.filterwarnings("ignore:.torch.jit.script.:DeprecationWarning")
def test_torchscript_is_refused() -> None:
    with pytest.raises(UsageError, match="compiled to TorchScript; give the module that it was made from"):
        make_network(torch.jit.script(sequence()), SHAPE, CLASSES)


def test_a_sequence_is_called_by_the_text_that_says_the_same() -> None:
    given = sequence()
    made = make_network(given, SHAPE, CLASSES)
    assert made.name == "conv 4, flatten, dense 10"
    noise = torch.rand(3, 1, 8, 8)
    torch.testing.assert_close(made.module(noise), given(noise))


def test_anything_else_is_called_by_its_class() -> None:
    assert make_network(Viewing(), SHAPE, CLASSES).name == "python:Viewing"
    assert make_network(lambda shape, classes: Viewing(shape[2], classes), SHAPE, CLASSES).name == "python:Viewing"


def test_what_is_given_stays_as_it_is() -> None:
    given = Viewing().double().train()
    before = {name: value.clone() for name, value in given.state_dict().items()}
    module = make_network(given, SHAPE, CLASSES).module
    with torch.no_grad():
        for weight in module.parameters():
            weight.zero_()
    assert given.training
    assert not module.training
    assert next(module.parameters()).dtype == torch.float32
    for name, value in given.state_dict().items():
        assert value.dtype == torch.float64
        assert torch.equal(value, before[name])


def test_a_function_makes_the_same_weights_from_a_seed_and_leaves_the_generator_alone() -> None:
    def make(shape: tuple[int, int, int], classes: int) -> nn.Module:
        return Viewing(shape[2], classes)

    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first, second, other = (make_network(make, SHAPE, CLASSES, seed).module for seed in (1, 1, 2))
    assert torch.equal(torch.rand(3), expected)
    weights = [torch.cat([weight.flatten() for weight in module.parameters()]) for module in (first, second, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_a_batch_normalisation_that_no_text_can_say_stays_as_it_is() -> None:
    for momentum in (0.5, None):
        layers = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(64, momentum=momentum), nn.Linear(64, CLASSES))
        assert make_network(layers, SHAPE, CLASSES).name == "python:Sequential"


def test_lazy_layers_learn_their_sizes_from_the_pictures() -> None:
    lazy = nn.Sequential(nn.LazyConv2d(4, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(CLASSES))
    assert make_network(lazy, SHAPE, CLASSES).name == "conv 4, flatten, dense 10"
    # The statistics of a lazy batch normalisation are what PyTorch itself does not copy.
    given = nn.Sequential(nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(CLASSES))
    for network in (given, lambda *_: given):
        assert sum(weight.numel() for weight in make_network(network, SHAPE, CLASSES).module.parameters()) == 1498
    assert isinstance(given[1], nn.LazyBatchNorm2d)


def test_a_lazy_layer_that_no_picture_passes_is_named() -> None:
    network = Viewing()
    network.extra = nn.LazyLinear(3)
    with pytest.raises(UsageError, match="lazy layer extra has no size, as no picture passes it"):
        make_network(network, SHAPE, CLASSES)


@pytest.mark.parametrize("kind", [torch.float64, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("layers", [sequence(), nn.Sequential(nn.Flatten(), nn.Linear(64, CLASSES))])
def test_casts_in_forward_are_to_be_left_out(kind: torch.dtype, layers: nn.Module) -> None:
    with pytest.raises(UsageError, match=r"Catseye computes in float32.* leave the casts out of forward\.$"):
        make_network(_Casting(layers, kind), SHAPE, CLASSES)


@pytest.mark.parametrize(
    ("network", "advice"),
    [(lambda: _Locked(), "give a function"), (lambda: lambda *_: _Locked(), "keep in the module only layers")],
)
def test_what_to_do_about_a_network_that_cannot_be_copied(network: Any, advice: str) -> None:
    with pytest.raises(UsageError, match=rf"cannot be copied \(.*\); {advice}"):
        make_network(network(), SHAPE, CLASSES)


def test_wrappers_are_taken_off() -> None:
    assert make_network(nn.DataParallel(sequence()), SHAPE, CLASSES).name == "conv 4, flatten, dense 10"


def test_views_work_on_pictures_whose_channels_lie_last() -> None:
    module = make_module(Viewing(channels=3), (8, 8, 3), CLASSES)
    noise = torch.rand(2, 3, 8, 8)
    torch.testing.assert_close(module(noise.to(memory_format=torch.channels_last)), module(noise))


def test_frozen_weights_stay_frozen_in_the_network_that_a_text_builds() -> None:
    given = sequence()
    given[0].requires_grad_(False)
    module = make_network(given, SHAPE, CLASSES).module
    assert [weight.requires_grad for weight in module.parameters()] == [False, False, True, True]


def test_layers_that_share_weights_are_not_taken_for_two() -> None:
    shared = nn.Linear(64, 64)
    tied = nn.Sequential(nn.Flatten(), shared, nn.ReLU(), shared, nn.ReLU(), nn.Linear(64, CLASSES))
    made = make_network(tied, SHAPE, CLASSES)
    assert made.name == "python:Sequential"
    assert len(list(made.module.parameters())) == 4


def test_only_a_class_can_be_a_name() -> None:
    assert is_custom_name("python:Net_2")
    for name in ("python:", "python:2", "python:a b", "python:\x1b[31m", "python:" + "a" * 101, "Net"):
        assert not is_custom_name(name)


class _Attending(nn.Module):
    """Attention between the rows of a picture, or, as many write by mistake, between the pictures of a batch."""

    def __init__(self, *, batch_first: bool) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=batch_first)
        self.head = nn.Linear(64, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = x[:, 0]
        logits: torch.Tensor = self.head(self.attention(rows, rows, rows)[0].flatten(1))
        return logits


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (sequence(nn.BatchNorm1d(CLASSES, track_running_stats=False)), "fails for a batch of one picture: Expected"),
        (sequence(nn.Unflatten(1, (CLASSES, 1, 1)), nn.Flatten(), _Returning(lambda x: x - x.mean(0))), "depend on"),
        (
            nn.Sequential(_Returning(lambda x: x * 2 if x.mean() > 1 else x), nn.Flatten(), nn.Linear(64, 10)),
            "depend on",
        ),
        (_Attending(batch_first=False), "logits for a picture depend on the others in its batch"),
    ],
)
def test_a_network_whose_answers_depend_on_the_batch_is_refused(network: nn.Module, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        make_module(network, SHAPE, CLASSES)
    assert "track_running_stats" in str(caught.value)


def test_attention_within_a_picture_is_accepted() -> None:
    assert make_module(_Attending(batch_first=True), SHAPE, CLASSES)


def test_what_a_network_is_called_before_it_is_made() -> None:
    def small(*_: object) -> nn.Module:
        return sequence()

    assert [made_name(one) for one in (Viewing(), small, lambda *_: sequence())] == ["Viewing", "small", "network"]
