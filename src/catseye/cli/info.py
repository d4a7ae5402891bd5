"""``catseye info``: what is known of a data set."""

from __future__ import annotations

from catseye.cli.common import Data, DataDir, Json, console, print_json, table


def info(data: Data, json: Json = False, data_dir: DataDir = None) -> None:
    """Describe a data set; one of the catalogue is not downloaded for that."""
    from catseye.datasets import describe

    found = describe(data, data_dir=data_dir)
    if json:
        print_json(found.to_json())
        return
    features = "; ".join(
        f"{name}: {feature.type} {_shape(feature.shape)}"
        + (f", {len(feature.classes)} classes" if feature.classes else "")
        for name, feature in found.features.items()
    )
    rows = [
        ("name", found.name),
        ("version", found.version),
        ("versions", ", ".join(found.versions)),
        ("description", found.description),
        ("address", found.address),
        ("features", features),
        ("supervised", " → ".join(found.supervised)),
        ("classes", ", ".join(found.classes)),
        ("pictures", ", ".join(f"{split} {count:,}" for split, count in found.splits.items())),
        ("citation", found.citation),
        ("licence", found.licence),
    ]
    listing = table(("", ""), [row for row in rows if row[1]])
    listing.show_header = False
    console().print(listing)


def _shape(shape: tuple[int | None, ...]) -> str:
    return " × ".join("any" if side is None else str(side) for side in shape) or "number"
