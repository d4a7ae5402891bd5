"""Runs a command and writes its seconds and largest memory: TOLD CORES COMMAND …

A process of its own, as a child's largest memory counts from that of the process which started it.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

told, cores, *command = sys.argv[1:]
os.sched_setaffinity(0, json.loads(cores))
start = time.perf_counter()
process = subprocess.Popen(command)
_, status, usage = os.wait4(process.pid, 0)
seconds = time.perf_counter() - start
Path(told).write_text(json.dumps({"whole_seconds": seconds, "megabytes": usage.ru_maxrss / 1000}))
sys.exit(os.waitstatus_to_exitcode(status))
