"""``catseye doctor``: what is installed, what is missing, and whether it works."""

from __future__ import annotations

from catseye.cli.common import DataDir, Json
from catseye.cli.printing import write_and_print


def command(data_dir: DataDir = None, json: Json = False) -> int:
    """Report what is installed, what is missing and whether it works; exit status 1 if the self-test fails."""
    from catseye.verbs.diagnosis import doctor

    found = doctor(data_dir=data_dir)
    write_and_print(found, json=json, names_figure=False)
    return 0 if found.self_test.passed else 1
