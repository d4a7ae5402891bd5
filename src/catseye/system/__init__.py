"""The machine: files, locks, downloads, threads, devices, progress; in a notebook, where messages go."""

from catseye.system.notebook import log_as_plain_text

log_as_plain_text()  # whatever logs loads something from here
