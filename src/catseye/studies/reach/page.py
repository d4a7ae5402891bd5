"""How far transfer reaches, as one page that needs nothing but itself."""

from __future__ import annotations

import platform
import shlex
from typing import TYPE_CHECKING

from catseye.drawing.figure_file import inline
from catseye.drawing.page import write_page
from catseye.short_repr import counted
from catseye.studies.reach.curves import RULE
from catseye.studies.reach.figure import draw_reach
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.studies.reach.curves import Reach


def write_reach_page(path: Path, reach: Reach) -> None:
    """Write figure, words and table to ``path``."""
    write_page(
        path,
        "catseye.studies.reach",
        "reach.html.j2",
        reach=reach,
        drawing=inline(lambda: draw_reach(reach)),
        rule=RULE,
        command=_command(reach),
        machine=f"{platform.system()} {platform.machine()}, {counted(usable_cores(), 'core')}",
    )


def _command(reach: Reach) -> str:
    names = [curves.name for curves in reach.data]
    numbers = ",".join(str(number) for number in reach.asked)
    options = ["--shots", numbers, "--seeds", str(reach.seeds), "--backbone", reach.backbone]
    return shlex.join(["catseye", "reach", *names, *options])
