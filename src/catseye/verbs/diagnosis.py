"""Whether this machine has what Catseye needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.arguments import with_checked_arguments
from catseye.diagnosis.examination import examine
from catseye.errors import with_short_traceback
from catseye.system.home import home_folder

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.diagnosis.diagnosis import Diagnosis


@with_short_traceback
@with_checked_arguments
def doctor(*, data_dir: str | Path | None = None) -> Diagnosis:
    """Examine the machine and the installation, and run a self-test of a second or two.

    Nothing that is missing is an error: ``warnings`` lists the problems, and ``self_test.passed`` says whether the
    test picture is classified correctly.

    Parameters
    ----------
    data_dir
        The folder of data and weights; by default ``CATSEYE_HOME``, else the user's cache folder.

    Examples
    --------
    >>> import catseye
    >>> catseye.doctor().self_test.passed
    True
    """
    return examine(home_folder(data_dir))
