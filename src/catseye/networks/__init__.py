"""Networks: plain `torch.nn.Module`s with named stages. `build` makes one by name, `summarise` describes one."""

from catseye.networks.registry import NAMES, build, smallest_side
from catseye.networks.summary import Layer, Summary, summarise

__all__ = ["NAMES", "Layer", "Summary", "build", "smallest_side", "summarise"]
