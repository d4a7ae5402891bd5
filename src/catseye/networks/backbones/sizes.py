"""The sizes of VGG, ResNet and MobileNetV2, known without loading PyTorch."""

from __future__ import annotations

# VGG (table 1 of Simonyan & Zisserman 2015): channels of the blocks, and convolutions in each by depth.
VGG_CHANNELS = (64, 128, 256, 512, 512)
VGG_CONVOLUTIONS = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
VGG_POOLED_SIDE, VGG_HIDDEN = 7, 4096
# ResNet (table 1 of He et al. 2016): widths of the stages, and blocks in each by depth, with how many times wider a
# block's output is than its 3×3 convolution.
RESNET_WIDTHS = (64, 128, 256, 512)
RESNET_BLOCKS = {
    18: ((2, 2, 2, 2), 1),
    34: ((3, 4, 6, 3), 1),
    50: ((3, 4, 6, 3), 4),
    101: ((3, 4, 23, 3), 4),
    152: ((3, 8, 36, 3), 4),
}
# MobileNetV2 (table 2 of Sandler et al. 2018), of each stage: expansion, channels, blocks, stride of the first block.
MOBILENET_STAGES = (
    *((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2)),
    *((6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)),
)
MOBILENET_STEM, MOBILENET_TOP = 32, 1280  # channels
