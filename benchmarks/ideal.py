"""Ideal pictures of twenty classes in figures: is each seen, does it survive wear, does another network see it?

    python benchmarks/ideal.py [--first 0] [--seed 0] [--output ideal-twenty.png]

The classes are every fiftieth of ImageNet's thousand, from the one that --first says. The other network is
EfficientNet-Lite1 (pip install 'catseye[lite1]').
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from catseye.classifier.classifier import Classifier
from catseye.drawing.figure_file import write_figure
from catseye.insight.ideal.ascent import ENOUGH, Ideal, find_ideal
from catseye.insight.ideal.figure import draw_ideals
from catseye.insight.ideal.target import class_target

CLASSES, EVERY = 1000, 50
NETWORK, OTHER = "efficientnet_lite0", "efficientnet_lite1"
PERTURBED_ENOUGH, TOP = 0.9, 5


def main() -> None:
    """Make the pictures, print a table in Markdown and its summary, and write the contact sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, default=Path("ideal-twenty.png"))
    arguments = parser.parse_args()
    classifier, other = Classifier.pretrained(NETWORK), Classifier.pretrained(OTHER)
    made, ranks, seconds = [], [], []
    print(f"| class | probability | perturbed | total variation | steps | rank by {OTHER} | seconds |")
    print("|---|---|---|---|---|---|---|")
    for number in range(arguments.first, CLASSES, EVERY):
        start = time.perf_counter()
        found = find_ideal(classifier, class_target(classifier, number), seed=arguments.seed)
        seconds.append(time.perf_counter() - start)
        ranks.append(rank(other, found))
        made.append(found)
        score = found.score
        print(
            f"| {found.target.name} | {score.response:.4f} | {score.perturbed_response:.4f} "
            f"| {score.total_variation:.1f} | {found.steps} | {ranks[-1]} | {seconds[-1]:.1f} |",
            flush=True,
        )
    print(
        f"\nOf {len(made)}: {sum(found.score.response >= ENOUGH for found in made)} with at least {ENOUGH}; "
        f"{sum(found.score.perturbed_response >= PERTURBED_ENOUGH for found in made)} with at least {PERTURBED_ENOUGH} "
        "when perturbed; "
        f"{sum(place <= TOP for place in ranks)} among {OTHER}'s first {TOP}. Longest: {max(seconds):.1f} s."
    )
    write_figure(arguments.output, lambda: draw_ideals(made), f"Ideal pictures for {NETWORK}")


def rank(other: Classifier, found: Ideal) -> int:
    """Return the place of the picture's class among another network's, from 1."""
    probabilities = other.predict([found.picture])[0].probabilities
    return int((probabilities > probabilities[found.target.number]).sum()) + 1


if __name__ == "__main__":
    main()
