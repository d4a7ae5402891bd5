"""`catseye transfer`, the whole command with nothing kept from before: FOLDER"""

import json
import os
import subprocess
import sys
import tempfile
import time

with tempfile.TemporaryDirectory() as home:
    command = [sys.executable, "-m", "catseye", "transfer", sys.argv[1], "--out", f"{home}/run", "--json"]
    start = time.perf_counter()
    told = subprocess.run(command, env=os.environ | {"CATSEYE_HOME": home}, check=True, capture_output=True).stdout
    seconds = time.perf_counter() - start
result = json.loads(told)
print(
    json.dumps(
        {
            "seconds": seconds,
            "extract_seconds": result["seconds"]["extract"],
            "head_seconds": result["seconds"]["head"],
            "accuracy": 100 * result["test"]["accuracy"],
        }
    )
)
