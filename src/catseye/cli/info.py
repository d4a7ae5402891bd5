"""``catseye info``: describe a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.cli.common import Data, DataDir, Json, Strict, console, make_table, print_json, tell_notes

if TYPE_CHECKING:
    from catseye.datasets import Info


def info(data: Data, strict: Strict = False, json: Json = False, data_dir: DataDir = None) -> None:
    """Describe a data set: one from the catalogue without downloading it, or your own by reading it."""
    from catseye.datasets import loading as catalogue

    if catalogue.path_of(data) is None:
        entry = catalogue.find(data)
        found, notes, left_out = entry.info, entry.notes, []
    else:
        dataset = catalogue.load(data, data_dir=data_dir, strict=strict)
        found, notes, left_out = dataset.info, dataset.notes, [out.to_json() for out in dataset.left_out]
    if json:
        print_json(found.to_json() | {"notes": list(notes), "left_out": left_out})
        return
    _show(found)
    tell_notes(notes, left_out)


def _show(found: Info) -> None:
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
    listing = make_table(("", ""), [row for row in rows if row[1]])
    listing.show_header = False
    console().print(listing)


def _shape(shape: tuple[int | None, ...]) -> str:
    return " × ".join("any" if side is None else str(side) for side in shape) or "number"
