"""``catseye datasets``: list the data sets."""

from __future__ import annotations

from typing import Any

from catseye.cli.common import DataDir, Json, console, make_table, print_json


def datasets(json: Json = False, data_dir: DataDir = None) -> None:
    """List the data sets that can be loaded by name."""
    from catseye.datasets.loading import describe, is_prepared, names

    rows: list[dict[str, Any]] = []
    for name in names():
        info = describe(name)
        rows.append(
            {
                "name": name,
                "description": info.description,
                "classes": len(info.classes),
                "splits": dict(info.splits),
                "prepared": is_prepared(name, data_dir=data_dir),
            }
        )
    if json:
        print_json(rows)
        return
    cells = (
        (
            row["name"],
            row["classes"],
            *(f"{row['splits'][split]:,}" for split in ("train", "test")),
            "yes" if row["prepared"] else "no",
            row["description"],
        )
        for row in rows
    )
    console().print(make_table(("name", "classes>", "train>", "test>", "prepared", "description"), cells))
    console().print("Instead of a name you can use a folder, .zip or .tar(.gz) with one folder of pictures per class.")
