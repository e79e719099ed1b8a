"""The parts that the network is made of."""

from __future__ import annotations

import torch
from torch import nn


def conv(
    inputs: int, outputs: int, size: tuple[int, int] = (3, 3), padding: tuple[int, int] = (1, 1)
) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, padding=padding, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Strength(nn.Module):
    """How strong an edge is, whichever side is dark: letters dark on light and light on dark look alike."""

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return features.abs()


class Mix(nn.Module):
    """A residual step along the columns, so that a column sees its neighbours."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation, bias=False)
        self.norm = nn.BatchNorm1d(width)

    def forward(self, columns: torch.Tensor) -> torch.Tensor:
        return columns + torch.relu(self.norm(self.conv(columns)))


def mixes(width: int) -> nn.Sequential:
    return nn.Sequential(*(Mix(width, dilation) for dilation in (1, 2, 4)))
