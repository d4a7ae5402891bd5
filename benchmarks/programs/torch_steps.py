"""The same work in PyTorch as tutorials write it: NETWORK BATCH_SIZE PRECISION PICTURES"""

import json
import sys
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch_networks import network

name, batch_size, precision, count = sys.argv[1:]
labels = torch.randint(0, 10, (int(count),))
loader = DataLoader(TensorDataset(torch.rand(len(labels), 1, 28, 28), labels), batch_size=int(batch_size), shuffle=True)
model = network(name)
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
for _ in range(2):
    start = time.perf_counter()
    for pictures, truth in loader:
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
            loss = nn.functional.cross_entropy(model(pictures), truth)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    seconds = time.perf_counter() - start
print(json.dumps({"images_per_second": len(labels) / seconds}))
