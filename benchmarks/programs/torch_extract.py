"""Features by plain PyTorch with the same EfficientNet-Lite0: FOLDER files|memory"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from catseye.networks.pretrained_weights import pretrained

folder, source = sys.argv[1:]
network = pretrained("efficientnet_lite0", None, Path()).network.eval()


class Photographs(Dataset[Tensor]):
    """Decoded, resized and scaled one by one."""

    def __init__(self, paths: list[Path]) -> None:
        self.paths = paths

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> Tensor:
        picture = Image.open(self.paths[index]).convert("RGB").resize((224, 224), Image.Resampling.BICUBIC)
        return (torch.from_numpy(np.array(picture)).permute(2, 0, 1).float() - 127) / 128


data = Photographs(sorted(Path(folder).rglob("*.jpg")))
loader = list(DataLoader(data, batch_size=32)) if source == "memory" else DataLoader(data, batch_size=32)
with torch.no_grad():
    start = time.perf_counter()
    network.extract(torch.zeros(32, 3, 224, 224))
    begun = time.perf_counter()
    count = sum(len(network.extract(batch)) for batch in loader)
    seconds = time.perf_counter() - begun
print(json.dumps({"pictures_per_second": count / seconds, "start_seconds": begun - start}))
