"""The guided tour: train, convolve by hand, look inside, dream, fool, explain; all of it on one page."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PIL import Image

from catseye.attacks.projected_gradient_descent import Attack
from catseye.classifier.classifier import Classifier
from catseye.datasets import load
from catseye.drawing.figure_file import inline
from catseye.images.encode import encode_png
from catseye.insight.convolution.convolution import Convolution
from catseye.insight.convolution.figure import convolution_figure
from catseye.insight.convolution.page import write_convolution_page
from catseye.insight.convolution.pooling import Pooling
from catseye.insight.convolution.worked_example import WorkedExample, read_input
from catseye.insight.explanation.explain import explain
from catseye.insight.explanation.figure import explain_figure
from catseye.insight.ideal.ascent import find_ideal
from catseye.insight.ideal.figure import ideal_figure
from catseye.insight.ideal.target import class_target
from catseye.insight.maps.maps import compute_feature_maps
from catseye.insight.maps.sheet import maps_sheet
from catseye.insight.robustness.attack_figure import attack_figure, noise_in_words, size_in_words
from catseye.insight.robustness.fool import create_adversarial_example
from catseye.runs.curves import curves
from catseye.runs.train import train
from catseye.system.files import write_atomically
from catseye.tour.page import Stop, write_tour

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from catseye.runs.run import Run

PAGE = "tour.html"
BACKBONE = "efficientnet_lite0"
_CHANNELS = 8  # of a layer that are shown
_STAGES = ("stem", "stage3", "stage6")
_DIGIT = 7  # of the test pictures: which is looked at
_TARGET = "tabby"
_PHOTOGRAPH = "flower.jpg"
_CREDIT = "The photograph comes with scikit-learn (by vultilion on Flickr, CC BY 2.0)."


def tour(folder: Path, tell: Callable[[str], None]) -> Run:
    """Make the whole tour in ``folder``, a run's, and return the run; ``tell`` is called with what comes next."""
    start = time.perf_counter()
    tell("Training a convolutional network on 8×8 pictures of handwritten digits ...")
    run = train("digits", out=folder)
    photograph = _photograph(folder)
    backbone = Classifier.load(BACKBONE)
    stops = [_trained(run)]
    to_come: tuple[tuple[str, Callable[[], Stop]], ...] = (
        ("A convolution by hand ...", partial(_by_hand, folder)),
        ("What the layers see of a digit ...", partial(_digit_maps, run, folder)),
        ("What a pretrained network sees of a photograph ...", partial(_photograph_maps, backbone, photograph)),
        ("Its ideal of a class, from noise ...", partial(_ideal, backbone, photograph)),
        ("A change that nobody sees ...", partial(_fooled, backbone, photograph)),
        ("Why it answered as it did ...", partial(_explained, backbone, photograph)),
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
    test = run.result["test"]
    low, high = test["accuracy_interval"]
    words = (
        f"A network of {run.result['parameters']:,} numbers was trained on 8×8 pictures of handwritten digits in "
        f"{run.result['seconds']:.0f} s. Of {test['examples']} that it had never seen, it names {test['accuracy']:.1%} "
        f"rightly. Other digits of the same kind would give {low:.1%} to {high:.1%} (95 % interval).",
        "The loss is what training pulls down; the accuracy is what one wants. Where the two curves part, the network "
        "begins to learn its pictures by heart.",
    )
    command = "catseye train digits --out my-digits"
    return Stop("A classifier, trained and judged", words, curves(run.history), command, "report.html")


def _by_hand(folder: Path) -> Stop:
    worked = WorkedExample("drawing", read_input("drawing"), Convolution("sobel_x", padding=1), Pooling("max", 2))
    write_convolution_page(folder / "convolution.html", worked)
    words = (
        "What its layers do can be done by hand. A window of 3×3 slides over a picture (here a cat of five by four "
        "pixels); what it covers is multiplied by the kernel, number by number, and summed: one value of the output. "
        "This kernel answers where it gets brighter to the right, and with a minus where it gets darker.",
        "Max pooling then keeps the largest of every four answers: whether something is there, and no longer exactly "
        "where. The page convolution.html goes through it step by step.",
    )
    command = "catseye convolve drawing --padding 1 --pool max -o convolution.html"
    drawing = inline(lambda: convolution_figure(worked))
    return Stop("A convolution by hand", words, (drawing,), command, "convolution.html")


def _digit_maps(run: Run, folder: Path) -> Stop:
    pictures = load("digits", split="test")
    path = folder / "digit.png"
    write_atomically(path, encode_png(Image.fromarray(pictures.picture(_DIGIT)[:, :, 0])))
    found = compute_feature_maps(run.classifier, path)
    words = (
        "A layer has many kernels, all of them learned. Each map below is a picture of where one of them answered to "
        "the digit. The first layer finds strokes and edges; what the next one sees is already put together from them.",
    )
    drawing = inline(lambda: maps_sheet(found, "the digits' network", _CHANNELS))
    return Stop(
        "What its layers see",
        words,
        (drawing,),
        f"catseye maps {folder} {path} --channels {_CHANNELS} -o digit-maps.png",
    )


def _photograph_maps(backbone: Classifier, photograph: Path) -> Stop:
    found = compute_feature_maps(backbone, photograph, _STAGES)
    words = (
        f"The same on a photograph, with {BACKBONE}, which was trained on 1.3 million pictures of a thousand classes. "
        "From edges in the stem to textures, to parts of things: the maps get coarser and their meaning richer.",
        _CREDIT,
    )
    layers = " ".join(f"--layer {name}" for name in _STAGES)
    shown = f"catseye maps {BACKBONE} {photograph} {layers} --channels {_CHANNELS}"
    drawing = inline(lambda: maps_sheet(found, BACKBONE, _CHANNELS))
    return Stop("What a large network sees", words, (drawing,), f"{shown} -o flower-maps.png")


def _ideal(backbone: Classifier, photograph: Path) -> Stop:
    name = backbone.predict(photograph)[0].class_name
    made = [find_ideal(backbone, class_target(backbone, name))]
    words = (
        f"It takes that flower, a dahlia, which is none of its thousand classes, for: {name}. And what would be the "
        f"ideal {name}? Begin with noise and follow the gradient until the network is sure. The picture must stay so "
        "when it is moved, turned and blurred a little, or the result would be noise that only this network knows.",
    )
    drawing = inline(lambda: ideal_figure(made))
    return Stop(f"Its ideal {name}", words, (drawing,), f'catseye ideal {BACKBONE} "{name}" -o ideal.png')


def _fooled(backbone: Classifier, photograph: Path) -> Stop:
    file = photograph.with_name("photograph-adversarial.png")
    found = create_adversarial_example(backbone, photograph, Attack(4 / 255), file, _TARGET)
    words = (
        f"The same gradient, into the picture: every value is changed by at most four of 255 levels, and the network "
        f"takes the flower for: {found.after.class_name} ({found.after.probability:.1%}). What is classified is the "
        f"changed picture's file, {file.name}, read back from the disk.",
        f"{size_in_words(found)} {noise_in_words(found)}",
    )
    command = f"catseye attack {BACKBONE} {photograph} --target {_TARGET} --epsilon 4/255 -o attack.png"
    return Stop("Fooled", words, (inline(lambda: attack_figure(found)),), command)


def _explained(backbone: Classifier, photograph: Path) -> Stop:
    found = explain(backbone, photograph)
    words = (
        "Four ways to ask which parts of a picture speak for its class. They need not agree; the scores below each map "
        "say how much of the answer goes with the parts that it names.",
    )
    drawing = inline(lambda: explain_figure(found))
    return Stop("Why this answer", words, (drawing,), f"catseye explain {BACKBONE} {photograph} -o explain.png")
