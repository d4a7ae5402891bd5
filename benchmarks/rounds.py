"""Programs measured in turn (A B A B …), each time in a fresh process, and what came of it as a table."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROGRAMS = Path(__file__).parent / "programs"


@dataclass(frozen=True)
class Program:
    """Something that is measured.

    Attributes
    ----------
    name : str
        As it stands in the table.
    command : list of str
        A file in ``programs/`` with its arguments, or any command. ``{round}`` stands for the round's number, from 0,
        which serves as the seed.
    cores : int
        How many it may use; 0 is all.
    rounds : int
        At most so many; 0 is as many as the others.
    """

    name: str
    command: list[str]
    cores: int = 0
    rounds: int = 0

    def measure(self, number: int) -> dict[str, Any]:
        """Run it once; return what it printed, with the whole process's seconds and largest memory in MB."""
        words = [word.replace("{round}", str(number)) for word in self.command]
        if "/" not in words[0] and (PROGRAMS / words[0]).exists():
            words = [sys.executable, str(PROGRAMS / words[0]), *words[1:]]
        with tempfile.TemporaryDirectory() as folder:
            told = Path(folder) / "told"
            cores = sorted(os.sched_getaffinity(0))[: self.cores or None]
            shim = [sys.executable, "-S", str(Path(__file__).with_name("measured.py")), str(told), json.dumps(cores)]
            done = subprocess.run([*shim, *words], capture_output=True, text=True)
            if done.returncode:
                raise SystemExit(f"{' '.join(words)} failed:\n{done.stderr[-3000:]}")
            measured: dict[str, Any] = json.loads(told.read_text())
        last = (done.stdout.strip().splitlines() or [""])[-1]
        return measured | (json.loads(last) if last.startswith("{") else {})


@dataclass
class Contest:
    """Programs that do the same work; the first is ours, and ratios are to it.

    Attributes
    ----------
    title : str
    programs : list of Program
    value : str
        Which of the printed numbers is compared.
    unit : str
    more_is_better : bool
    also : dict of str to str
        Further printed numbers, with the heading of their column.
    results : dict of str to list
        By program, what each round printed.
    """

    title: str
    programs: list[Program]
    value: str = "seconds"
    unit: str = "s"
    more_is_better: bool = False
    also: dict[str, str] = field(default_factory=dict)
    results: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def run(self, rounds: int) -> None:
        """Measure all programs in turn, ``rounds`` times."""
        for number in range(rounds):
            for program in self.programs:
                if program.rounds and number >= program.rounds:
                    continue
                values = program.measure(number)
                self.results.setdefault(program.name, []).append(values)
                shown = ", ".join(
                    f"{key} {value:.4g}" for key, value in values.items() if isinstance(value, int | float)
                )
                print(f"  {self.title} · {program.name} · {number + 1}: {shown}", file=sys.stderr, flush=True)

    def table(self) -> str:
        """Return a table in Markdown: median, mean and spread, ratio of medians to ours, largest memory."""
        heads = [*self.also.values()]
        lines = [
            f"**{self.title}**\n",
            "| | median | mean ± s.d. | ratio | " + "".join(f"{head} | " for head in heads) + "memory | n |",
            "|---|---|---|---|" + "---|" * (len(heads) + 2),
        ]
        ours = statistics.median(self._values(self.programs[0].name))
        for program in self.programs:
            values = self._values(program.name)
            middle = statistics.median(values)
            ratio = ours / middle if self.more_is_better else middle / ours
            cells = [program.name, f"{_short(middle)} {self.unit}", _spread(values), f"{ratio:.2f}"]
            cells += [_spread(self._values(program.name, key)) for key in self.also]
            cells += [f"{max(self._values(program.name, 'megabytes')):,.0f} MB", str(len(values))]
            lines.append("| " + " | ".join(cells) + " |")
        return "\n".join(lines) + "\n"

    def _values(self, program: str, key: str = "") -> list[float]:
        return [values[key or self.value] for values in self.results[program] if (key or self.value) in values]


def _spread(values: list[float]) -> str:
    if not values:
        return "–"
    if len(values) == 1:
        return _short(values[0])
    return f"{_short(statistics.mean(values))} ± {_short(statistics.stdev(values))}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}" if abs(value) < 10 else f"{value:.2f}"
