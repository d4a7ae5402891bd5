"""How far transfer reaches, as one page that needs nothing but itself."""

from __future__ import annotations

import platform
import shlex
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from catseye.reports.reach_figure import reach_drawing
from catseye.runs.learning_curves import RULE, points
from catseye.system.files import write_atomically
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.runs.learning_curves import Reach


def write_reach_page(path: Path, reach: Reach, shots: Sequence[int]) -> None:
    """Write figure, words and table to ``path``; ``shots`` are the numbers that were asked for."""
    environment = Environment(loader=PackageLoader("catseye.reports"), autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"points": points, "number": lambda count: f"{count:,}".replace(",", "\u202f")}
    page = environment.get_template("reach.html.j2").render(
        reach=reach,
        drawing=reach_drawing(reach),
        rule=RULE,
        command=_command(reach, shots),
        machine=f"{platform.system()} {platform.machine()}, {usable_cores()} cores",
    )
    write_atomically(path, page.encode(errors="replace"))  # a data set's name may be no text


def _command(reach: Reach, shots: Sequence[int]) -> str:
    names = [curves.name for curves in reach.data]
    numbers = ",".join(str(number) for number in shots)
    options = ["--shots", numbers, "--seeds", str(reach.seeds), "--backbone", reach.backbone]
    return shlex.join(["catseye", "reach", *names, *options])
