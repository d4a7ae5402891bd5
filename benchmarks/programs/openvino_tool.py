"""OpenVINO's own benchmark tool on our EfficientNet-Lite0: SECONDS"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import openvino

from catseye.inference.openvino_graph import build_openvino_graph
from catseye.networks.pretrained_weights import pretrained

with tempfile.TemporaryDirectory() as folder:
    model, found = Path(folder) / "model.xml", pretrained("efficientnet_lite0", None, Path(folder))
    openvino.save_model(build_openvino_graph(found.network, found.preprocess), model, compress_to_fp16=False)
    tool = Path(sys.executable).with_name("benchmark_app")
    command = [str(tool), "-m", str(model), "-hint", "throughput", "-t", sys.argv[1]]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
throughput = re.search(r"Throughput:\s+([\d.]+)", output)
assert throughput, output
print(json.dumps({"pictures_per_second": float(throughput[1])}))
