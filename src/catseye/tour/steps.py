"""The guided tour: training, convolution, feature maps, ideal pictures, attacks, explanations; on one page."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PIL import Image

from catseye.attacks.projected_gradient_descent import Attack
from catseye.classifier.classifier import Classifier
from catseye.datasets import load
from catseye.drawing.numbers import percent
from catseye.images.encode import encode_png
from catseye.insight.convolution.convolution import Convolution
from catseye.insight.convolution.pooling import Pooling
from catseye.insight.convolution.worked_example import WorkedExample, read_input
from catseye.insight.explanation.explanation import explain
from catseye.insight.ideal.ideals import choose_targets, find_ideals
from catseye.insight.maps.maps import compute_feature_maps
from catseye.insight.maps.selection import select_layers
from catseye.insight.robustness.fool import create_adversarial_example
from catseye.runs.curves import draw_history
from catseye.runs.training import train
from catseye.system.files import write_atomically
from catseye.tour.page import Stop, write_tour

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from catseye.runs.run import Run

PAGE = "tour.html"
BACKBONE = "efficientnet_lite0"
_CHANNELS = 8  # of a layer that are shown
_DIGIT = 7  # of the test pictures: which is looked at
_TARGET = "tabby"
_PHOTOGRAPH = "flower.jpg"
_CREDIT = "The photograph comes with scikit-learn (by vultilion on Flickr, CC BY 2.0)."


def tour(folder: Path, tell: Callable[[str], None]) -> Run:
    """Make the whole tour in ``folder``, that of a run, and return the run; ``tell`` is called before each stop."""
    start = time.perf_counter()
    tell("Training a convolutional network on 8×8 pictures of handwritten digits ...")
    run = train("digits", out=folder)
    photograph = _photograph(folder)
    backbone = Classifier.load(BACKBONE)
    stops = [_trained(run)]
    to_come: tuple[tuple[str, Callable[[], Stop]], ...] = (
        ("A convolution by hand ...", partial(_by_hand, folder)),
        ("Feature maps of a digit ...", partial(_digit_maps, run, folder)),
        ("Feature maps of a photograph in a pretrained network ...", partial(_photograph_maps, backbone, photograph)),
        ("Its ideal of a class, from noise ...", partial(_ideal, backbone, photograph)),
        ("An adversarial example ...", partial(_fooled, backbone, photograph)),
        ("Explanations of the prediction ...", partial(_explained, backbone, photograph)),
    )
    for words, stop in to_come:
        tell(words)
        stops.append(stop())
    write_tour(folder / PAGE, stops, time.perf_counter() - start)
    return run


def _photograph(folder: Path) -> Path:
    from sklearn.datasets import load_sample_image

    path = folder / "photograph.png"
    write_atomically(path, encode_png(Image.fromarray(load_sample_image(_PHOTOGRAPH))))
    return path


def _trained(run: Run) -> Stop:
    result, test = run.result, run.result.test
    assert test
    low, high = test.accuracy_interval
    words = (
        f"A network of {result.parameters:,} numbers was trained on 8×8 pictures of handwritten digits in "
        f"{result.seconds.training:.0f} s. It classifies {percent(test.accuracy)} of {test.examples} held-out digits "
        f"correctly (95 % interval: {percent(low)} to {percent(high)}).",
        "Training minimises the loss; the accuracy is what we care about. Where the training and validation curves "
        "diverge, the network is starting to memorise its training pictures.",
    )
    command = "catseye train digits --out my-digits"
    return Stop("A classifier, trained and evaluated", words, draw_history(run.history), command, "report.html")


def _by_hand(folder: Path) -> Stop:
    worked = WorkedExample("drawing", read_input("drawing"), Convolution("sobel_x", padding=1), Pooling("max", 2))
    worked.save(folder / "convolution.html")
    words = (
        "What its layers compute can be worked out by hand. A 3×3 window slides over a picture (here a cat of 5×4 "
        "pixels); the pixels under it are multiplied by the kernel, number by number, and summed: one value of the "
        "output. This kernel responds positively where the picture gets brighter to the right, and negatively where "
        "it gets darker.",
        "Max pooling then keeps the largest of every four values: whether a feature is present, but no longer exactly "
        "where. The page convolution.html goes through it step by step.",
    )
    command = "catseye convolve drawing --padding 1 --pool max -o convolution.html"
    return Stop("A convolution by hand", words, (worked.view().svg(),), command, "convolution.html")


def _digit_maps(run: Run, folder: Path) -> Stop:
    pictures = load("digits", split="test")
    path = folder / "digit.png"
    write_atomically(path, encode_png(Image.fromarray(pictures.picture(_DIGIT)[:, :, 0])))
    found = replace(compute_feature_maps(run.classifier, path), classifier="the digit network")
    words = (
        "A layer has many kernels, all of them learned. Each map below shows where one of them responds to the digit. "
        "The first layer finds strokes and edges; the next one combines them.",
    )
    return Stop(
        "Its feature maps",
        words,
        (found.view().svg(),),
        f"catseye maps {folder} {path} -o digit-maps.png",
    )


def _photograph_maps(backbone: Classifier, photograph: Path) -> Stop:
    found = compute_feature_maps(backbone, photograph, select_layers(backbone.network, backbone.preprocess.shape))
    found = replace(found, classifier=BACKBONE, count=_CHANNELS)
    words = (
        f"The same on a photograph, with {BACKBONE}, which was trained on 1.3 million pictures of a thousand classes. "
        "From edges in the stem to textures to parts of objects: deeper maps are coarser and carry more meaning.",
        _CREDIT,
    )
    command = f"catseye maps {BACKBONE} {photograph} -o flower-maps.png"
    return Stop("Feature maps of a large network", words, (found.view().svg(),), command)


def _ideal(backbone: Classifier, photograph: Path) -> Stop:
    name = backbone.predict(photograph)[0].class_name
    made = find_ideals(backbone, choose_targets(backbone, [name]), BACKBONE)
    words = (
        f"The flower is a dahlia, which is not among its thousand classes; the prediction is {name}. What would the "
        f"ideal picture of {name} look like? Start from noise and follow the gradient until the network is sure. The "
        "prediction must survive small shifts, rotations and blur; otherwise the result would look like noise.",
    )
    return Stop(f"Its ideal {name}", words, (made.view().svg(),), f'catseye ideal {BACKBONE} "{name}" -o ideal.png')


def _fooled(backbone: Classifier, photograph: Path) -> Stop:
    file = photograph.with_name("photograph-adversarial.png")
    found = create_adversarial_example(backbone, photograph, Attack(4 / 255), _TARGET)
    found = replace(found, classifier=BACKBONE)
    write_atomically(file, found.png)
    view = found.view()
    words = (
        f"Following the gradient, every value of the picture is changed by at most four of 255 levels, and the network "
        f"predicts {found.after.class_name} ({percent(found.after.probability)}). The prediction is for the file of "
        f"the changed picture, {file.name}, as read back from disk.",
        " ".join(view.caption),
    )
    command = f"catseye attack {BACKBONE} {photograph} --target {_TARGET} --epsilon 4/255 -o attack.png"
    return Stop("An adversarial example", words, (view.svg(),), command)


def _explained(backbone: Classifier, photograph: Path) -> Stop:
    view = explain(backbone, photograph, methods="all", scores=True).view()
    words = (
        "Four ways to ask which parts of a picture are evidence for its class. They need not agree; the scores below "
        "each map show how much the prediction depends on the parts that it marks.",
    )
    command = f"catseye explain {BACKBONE} {photograph} --methods all --scores -o explain.png"
    return Stop("Why this prediction", words, (view.svg(),), command)
