"""The network: a small convolutional trunk with two heads that read the same columns.

The CTC head labels every column and needs no positions, but it starts on a plateau of blanks. The slot head answers
"which character is the k-th?" outright; it learns from the first step, and pulls the trunk off that plateau.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn

CHECKPOINT_VERSION = 1


@dataclass(frozen=True)
class Shape:
    """All that is needed to build the network again."""

    alphabet: str
    slots: int
    height: int
    width: int
    channels: int
    base: int = 16


def conv(inputs: int, outputs: int, stride: int | tuple[int, int] = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Mix(nn.Module):
    """A residual step along the columns, so that a column sees its neighbours."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation, bias=False)
        self.norm = nn.BatchNorm1d(width)

    def forward(self, columns: torch.Tensor) -> torch.Tensor:
        return columns + torch.relu(self.norm(self.conv(columns)))


class Solver(nn.Module):
    """Gives, for (batch, channels, height, width), CTC and slot log-probabilities; class 0 is blank or "no more"."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        base, classes = shape.base, len(shape.alphabet) + 1
        self.trunk = nn.Sequential(
            nn.Conv2d(shape.channels, base, 5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(base),
            nn.ReLU(inplace=True),
            conv(base, 2 * base),
            nn.MaxPool2d(2),
            conv(2 * base, 3 * base),
            conv(3 * base, 4 * base),
            nn.MaxPool2d((2, 1)),
        )
        rows, columns = shape.height // 8, shape.width // 4
        wide = 6 * base
        self.collapse = nn.Sequential(
            nn.Conv2d(4 * base, wide, (rows, 3), padding=(0, 1), bias=False),
            nn.BatchNorm2d(wide),
            nn.ReLU(inplace=True),
        )
        self.mix = nn.Sequential(*(Mix(wide, dilation) for dilation in (1, 2, 4)))
        self.ctc = nn.Conv1d(wide, classes, 1)
        narrow = 2 * base
        self.narrow = nn.Sequential(nn.Conv1d(wide, narrow, 1), nn.ReLU(inplace=True))
        self.slot = nn.Linear(narrow * columns, shape.slots * classes)

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns (columns, batch, classes) for CTC, and (batch, slots, classes)."""
        columns = self.mix(self.collapse(self.trunk(pictures)).squeeze(2))
        ctc = self.ctc(columns).permute(2, 0, 1).log_softmax(2)
        slots = self.slot(self.narrow(columns).flatten(1))
        slots = slots.view(len(pictures), self.shape.slots, -1).log_softmax(2)
        return ctc, slots


def save(network: Solver, path: Path) -> None:
    torch.save({"version": CHECKPOINT_VERSION, "shape": asdict(network.shape), "state": network.state_dict()}, path)


def load(path: Path) -> Solver:
    stored = torch.load(path, map_location="cpu")
    if stored.get("version") != CHECKPOINT_VERSION:
        raise ValueError(f"{path}: made by another version of this solver; train again")
    network = Solver(Shape(**stored["shape"]))
    network.load_state_dict(stored["state"])
    return network
