"""The lesson's training in PyTorch as tutorials write it, with a DataLoader in fp32: ARRAYS NETWORK SEED [EPOCHS]"""

import json
import sys
import time

import numpy as np
import torch
from data import arrays
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torch_networks import network

path, name, seed, *epochs = sys.argv[1:]
torch.manual_seed(int(seed))


class Digits(Dataset[tuple[Tensor, int]]):
    """Pictures one by one, each scaled when it is asked for."""

    def __init__(self, pictures: np.ndarray, labels: np.ndarray) -> None:
        self.pictures, self.labels = pictures, labels

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return torch.from_numpy(self.pictures[index]).float().div(255)[None], int(self.labels[index])


clothes = name == "fashion_convnet"
start = time.perf_counter()
train, train_labels, test, test_labels = arrays(path)
loader = DataLoader(Digits(train, train_labels), batch_size=32 if clothes else 128, shuffle=True)
judge = DataLoader(Digits(test, test_labels), batch_size=1000)
model = network(name)
optimizer = (torch.optim.Adam if clothes else torch.optim.RMSprop)(model.parameters(), lr=0.001)
criterion = nn.CrossEntropyLoss()
for _ in range(int(epochs[0]) if epochs else 10 if clothes else 5):
    model.train()
    for pictures, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(pictures), labels)
        loss.backward()
        optimizer.step()
model.eval()
with torch.no_grad():
    right = sum(int((model(pictures).argmax(1) == labels).sum()) for pictures, labels in judge)
print(json.dumps({"seconds": time.perf_counter() - start, "accuracy": 100 * right / len(test_labels)}))
