"""``python -m catseye``: the same as the command ``catseye``."""

import sys

from catseye.cli import main

sys.exit(main())
