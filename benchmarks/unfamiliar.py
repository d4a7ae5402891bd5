"""Out-of-distribution detection: AUROC of several scores computed from a backbone's features.

    python benchmarks/unfamiliar.py [--archives DIR] [--draws 10] [--sizes 30 400] [--chosen-on] [--slow]

Needs the archives of cats_vs_dogs, oxford_iiit_pet, grocery, cifar10, mnist and fashion_mnist (samples do). Each draw
learns from other pictures and is tested on up to 100 others of each known class, and on up to 300 of each unknown set.
With --chosen-on, the pairs of CIFAR-10's classes on which the score was chosen are shown instead.
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

import numpy as np
from best import open_set
from PIL import Image, ImageDraw
from sklearn.covariance import ledoit_wolf
from sklearn.metrics import roc_auc_score

import catseye
from catseye.classifier.backbone_profiles import BackboneProfiles, PretrainedHead
from catseye.classifier.unfamiliarity_fitting import KnownPictures, fit_unfamiliarity
from catseye.datasets.joined import join_pictures
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.networks.pretrained_weights import pretrained
from catseye.system.home import home_folder
from catseye.transfer_learning.extraction import extract
from catseye.transfer_learning.head import Examples, fit_head

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Floats, Integers
    from catseye.datasets.pictures import Pictures

    Score = Callable[[Floats], Floats]
    Task = tuple[list[Floats], dict[str, Floats]]

TESTED, UNKNOWN = 100, 300  # pictures of a known class, and of an unknown set
CIFAR = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
THINGS = ("airplane", "automobile", "ship", "truck")
ANIMALS = ("bird", "cat", "deer", "dog", "frog", "horse")
CHOSEN_ON = (("airplane", "ship"), ("deer", "horse"), ("bird", "frog"), ("automobile", "truck"))


class Features:
    """Features of pictures by EfficientNet-Lite0, cached."""

    def __init__(self, archives: str | None) -> None:
        self.home, self.archives = home_folder(None), archives
        self.backbone = pretrained("efficientnet_lite0", None, self.home)
        name = self.backbone.head_name
        self.head = PretrainedHead(*(self.backbone.arrays[f"{name}.{part}"] for part in ("weight", "bias")))

    def of(self, pictures: Pictures) -> Floats:
        return extract(self.backbone, pictures, self.home).vectors

    def whole(self, name: str) -> dict[str, Floats]:
        """Return the features of a data set's pictures by class."""
        opened = open_set(name, self.archives)
        every = opened["train"] if name == "cifar10" else join_pictures(list(opened.splits.values()))
        vectors = self.of(every)
        return {each: vectors[every.labels == number] for number, each in enumerate(every.classes)}

    def made(self, images: Any) -> Floats:
        arrays = np.stack([np.asarray(image.convert("RGB").resize((256, 256))) for image in images])
        return self.of(MemoryPictures(arrays.transpose(0, 3, 1, 2), np.zeros(len(arrays), np.int64), ("made",)))


def main() -> None:
    """Measure all and print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archives", default=os.environ.get("CATSEYE_ARCHIVES"))
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--sizes", type=int, nargs="*", default=[30, 400])
    parser.add_argument("--chosen-on", action="store_true")
    parser.add_argument("--slow", action="store_true", help="also those that invert whole covariances")
    arguments = parser.parse_args()
    features = Features(arguments.archives)
    tasks = chosen_on(features) if arguments.chosen_on else reported(features)
    for title, task in tasks.items():
        few = min(map(len, task[0])) < TESTED  # these have only one size
        for size in arguments.sizes[: 1 if few else None]:
            measure(title, task, size, arguments.draws, features.head, slow=arguments.slow)


def chosen_on(features: Features) -> dict[str, Task]:
    """Return pairs of CIFAR-10's classes other than cat and dog."""
    cifar = dict(zip(CIFAR, features.whole("cifar10").values(), strict=True))
    return {
        "/".join(pair): ([cifar[name] for name in pair], _others(cifar, pair, {"things": THINGS, "animals": ANIMALS}))
        for pair in CHOSEN_ON
    }


def _others(cifar: dict[str, Floats], known: tuple[str, ...], groups: dict[str, tuple[str, ...]]) -> dict[str, Floats]:
    return {
        group: np.concatenate([cifar[name] for name in names if name not in known]) for group, names in groups.items()
    }


def reported(features: Features) -> dict[str, Task]:
    """Return cats and dogs of two sources, and breeds."""
    cifar = dict(zip(CIFAR, features.whole("cifar10").values(), strict=True))
    groups = {"things": THINGS, "mammals": ("deer", "horse"), "bird, frog": ("bird", "frog")}
    cats, pets = features.whole("cats_vs_dogs"), list(features.whole("oxford_iiit_pet").values())
    far = {"grocery": np.concatenate(list(features.whole("grocery").values()))} | _synthetic(features)
    same = {"cats, dogs of the pets": np.concatenate(pets)}
    products = list(features.whole("grocery").values())
    return {
        "cifar10 cat, dog": ([cifar["cat"], cifar["dog"]], _others(cifar, (), groups)),
        "cats_vs_dogs": (list(cats.values()), far | same),
        "18 breeds (9 each)": (pets[::2][:18], {"the other breeds": np.concatenate(pets[1::2])}),
        "7 products (20 each)": (products[::2], {"the other products": np.concatenate(products[1::2])}),
    }


def _synthetic(features: Features) -> dict[str, Floats]:
    random = np.random.default_rng(0)
    noise = [Image.fromarray(random.integers(0, 256, (256, 256, 3), np.uint8)) for _ in range(60)]
    blank = [Image.new("RGB", (256, 256), tuple(random.integers(0, 256, 3).tolist())) for _ in range(60)]
    found = {"noise": features.made(noise), "blank": features.made(blank), "text": features.made(map(_page, range(60)))}
    for name in ("mnist", "fashion_mnist"):
        found[name] = features.of(catseye.load(name, archives=features.archives)["test"].take(range(100)))
    return found


def _page(number: int) -> Image.Image:
    image = Image.new("RGB", (400, 400), "white")
    words = np.random.default_rng(number).choice(catseye.__doc__.split() if catseye.__doc__ else ["a"], (30, 9))
    for row, line in enumerate(words):
        ImageDraw.Draw(image).text((5, 5 + 13 * row), " ".join(line), fill="black")
    return image


def measure(title: str, task: Task, size: int, draws: int, head: PretrainedHead, *, slow: bool) -> None:
    """Print the AUROC of each score on each unknown set, mean ± standard deviation over draws."""
    known, unknown = task
    rows: dict[str, dict[str, list[float]]] = {}
    flagged: dict[str, list[float]] = {}
    for seed in range(draws):
        random = np.random.default_rng(seed)
        orders = [random.permutation(len(part)) for part in known]
        most = min(size, *(len(part) - 1 if len(part) <= TESTED else size for part in known))
        sizes = [min(most, {10: 9}.get(len(part), 20) if len(part) < TESTED else size) for part in known]
        train = [part[order[:n]] for part, order, n in zip(known, orders, sizes, strict=True)]
        test = np.concatenate([part[o[n : n + TESTED]] for part, o, n in zip(known, orders, sizes, strict=True)])
        labels = np.repeat(np.arange(len(known)), [len(part) for part in train])
        others = {name: part[random.permutation(len(part))[:UNKNOWN]] for name, part in unknown.items()}
        for name, score in make_scores(np.concatenate(train), labels, head, slow=slow).items():
            own = score(test)
            for other, part in others.items():
                found = score(part)
                truth = np.repeat([0, 1], [len(own), len(found)])
                rows.setdefault(name, {}).setdefault(other, []).append(
                    roc_auc_score(truth, np.concatenate([own, found]))
                )
                if name == "catseye":
                    flagged.setdefault(other, []).append(float((found > 1).mean()))
            if name == "catseye":
                flagged.setdefault("known", []).append(float((own > 1).mean()))
    print(f"\n{title}, {size} a class, {draws} draws\n| score | {' | '.join(unknown)} |\n|---|{'---|' * len(unknown)}")
    for name, row in rows.items():
        print(f"| {name} | {' | '.join(f'{np.mean(row[o]):.3f} ± {np.std(row[o], ddof=1):.3f}' for o in unknown)} |")
    shares = ", ".join(f"{o} {100 * np.mean(v):.1f} ± {100 * np.std(v, ddof=1):.1f} %" for o, v in flagged.items())
    print(f"flagged: {shares}", flush=True)


def make_scores(vectors: Floats, labels: Integers, head: PretrainedHead, *, slow: bool) -> dict[str, Score]:
    """Return scores by name, each larger for pictures less like these."""
    found = fit_unfamiliarity(KnownPictures(vectors, labels), "", head)
    assert found is not None
    profiles = BackboneProfiles.fit(head, vectors, labels)
    layer = fit_head(Examples(vectors, labels, int(labels.max()) + 1), 0).layer
    logits: Score = lambda given: layer.logits(given)  # noqa: E731
    unit: Score = lambda given: given / np.linalg.norm(given, axis=1, keepdims=True)  # noqa: E731
    return {
        "largest softmax": lambda given: -_softmax(logits(given)).max(1),
        "largest logit": lambda given: -logits(given).max(1),
        "energy": lambda given: -np.log(np.exp(logits(given) / 10).sum(1)),
        "cosine, 10 nearest": lambda given: np.sort(1 - unit(given) @ unit(vectors).T, axis=1)[:, :10].mean(1),
        "backbone's predictions": lambda given: profiles.distances(profiles.predict(given)),
        "Mahalanobis of the roots": found.mahalanobis.distances,
        "catseye": found.score,
    } | (_slow_scores(vectors, labels, logits) if slow else {})


def _slow_scores(vectors: Floats, labels: Integers, logits: Score) -> dict[str, Score]:
    return {
        "Mahalanobis": _mahalanobis(vectors, labels),
        "relative Mahalanobis": _relative(vectors, labels),
        "ViM": _vim(vectors, logits),
    }


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(1, keepdims=True))
    shares: Floats = powers / powers.sum(1, keepdims=True)
    return shares


def _mahalanobis(vectors: Floats, labels: Integers) -> Score:
    means = np.stack([vectors[labels == label].mean(0) for label in np.unique(labels)])
    precision = np.linalg.inv(ledoit_wolf(vectors - means[labels], assume_centered=True)[0])
    return lambda given: np.min([((given - mean) @ precision * (given - mean)).sum(1) for mean in means], axis=0)


def _relative(vectors: Floats, labels: Integers) -> Score:
    own, background = _mahalanobis(vectors, labels), _mahalanobis(vectors, np.zeros_like(labels))
    return lambda given: own(given) - background(given)


def _vim(vectors: Floats, logits: Score) -> Score:
    mean = vectors.mean(0)
    basis = np.linalg.svd(vectors - mean, full_matrices=False)[2][: min(len(vectors) // 2, 512)]

    def residual(given: Floats) -> Floats:
        centred = given - mean
        return np.asarray(np.linalg.norm(centred - centred @ basis.T @ basis, axis=1))

    scale = float(logits(vectors).max(1).mean() / residual(vectors).mean())
    return lambda given: scale * residual(given) - np.log(np.exp(logits(given)).sum(1))


if __name__ == "__main__":
    main()
