"""Ask a server of ``catseye serve`` for its health and for one picture's class."""

import json
import sys
import urllib.request
from pathlib import Path

address, picture = sys.argv[1].strip().rstrip("/"), Path(sys.argv[2])
for probe in ("live", "ready"):
    with urllib.request.urlopen(f"{address}/v2/health/{probe}", timeout=10) as answer:
        assert answer.status == 200, probe
with urllib.request.urlopen(f"{address}/predict", picture.read_bytes(), timeout=30) as answer:
    said = json.load(answer)
assert "circle" in json.dumps(said), said
print("the server is live, ready, and answers circle")
