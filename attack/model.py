"""The network: a small convolutional trunk with two heads that read the same columns.

The CTC head labels every column and needs no positions, but it starts on a plateau of blanks. The slot head answers
"which character is the k-th?" outright; it learns from the first step, and pulls the trunk off that plateau.

A column is as high as the picture where letters stand in one row. Of two rows, stack.py makes two columns.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn

from layers import Strength, conv, mixes
from stack import SlotHead, TwoRows

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
    rows: int = 1
    inverted: bool = False


class Solver(nn.Module):
    """Gives, for (batch, channels, height, width), CTC and slot log-probabilities; class 0 is blank or "no more"."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        base, classes = shape.base, len(shape.alphabet) + 1
        self.trunk = nn.Sequential(
            nn.Conv2d(shape.channels, base, 5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(base),
            Strength() if shape.inverted else nn.ReLU(inplace=True),
            conv(base, 2 * base),
            nn.MaxPool2d(2),
            conv(2 * base, 3 * base),
            conv(3 * base, 4 * base),
            nn.MaxPool2d((2, 1)),
        )
        heights, columns = shape.height // 8, shape.width // 4
        wide, narrow = 6 * base, 2 * base
        if shape.rows == 2:
            self.stack = TwoRows(4 * base, wide, heights)
            self.look = SlotHead(wide, narrow, 2 * columns, shape.slots, classes)
        else:
            self.collapse = conv(4 * base, wide, (heights, 3), (0, 1))
            self.mix = mixes(wide)
            self.narrow = nn.Sequential(nn.Conv1d(wide, narrow, 1), nn.ReLU(inplace=True))
            self.slot = nn.Linear(narrow * columns, shape.slots * classes)
        self.ctc = nn.Conv1d(wide, classes, 1)

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns (columns, batch, classes) for CTC, and (batch, slots, classes)."""
        features = self.trunk(pictures)
        if self.shape.rows == 2:
            columns = self.stack(features)
            slots = self.look(columns)
        else:
            columns = self.mix(self.collapse(features).squeeze(2))
            slots = self.slot(self.narrow(columns).flatten(1)).view(len(pictures), self.shape.slots, -1)
        return self.ctc(columns).permute(2, 0, 1).log_softmax(2), slots.log_softmax(2)


def save(network: Solver, path: Path) -> None:
    torch.save({"version": CHECKPOINT_VERSION, "shape": asdict(network.shape), "state": network.state_dict()}, path)


def load(path: Path) -> Solver:
    stored = torch.load(path, map_location="cpu")
    if stored.get("version") != CHECKPOINT_VERSION:
        raise ValueError(f"{path}: made by another version of this solver; train again")
    network = Solver(Shape(**stored["shape"]))
    network.load_state_dict(stored["state"])
    return network
