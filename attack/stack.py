"""For two rows of letters: the trunk's map of features becomes columns in the order of reading.

Also the slot head that goes with them. Where a letter stands in two rows depends on how many there are and how the rows
are shifted, so that looking for it does better than knowing its place.
"""

from __future__ import annotations

import torch
from torch import nn

from layers import conv, mixes


class TwoRows(nn.Module):
    """Reads the map at every height, and lets each column look where its upper and its lower letter are.

    Rows are tilted and letters lean into the other row, so that no straight cut parts them. Where to look is a softmax
    over the heights, from a guide that sees the whole height and far to both sides. What is seen there goes through the
    same filters in either row: a letter is learnt once.
    """

    # How far the looks start out apart; both rows would else learn to look at the same place.
    APART = 1.5

    def __init__(self, inputs: int, wide: int, heights: int) -> None:
        super().__init__()
        guide = inputs // 2
        self.letters = conv(inputs, wide)
        self.guide = conv(inputs, guide, (heights, 3), (0, 1))
        self.around = mixes(guide)
        self.where = nn.Conv1d(guide, 2 * heights, 1)
        with torch.no_grad():
            down = torch.linspace(self.APART, -self.APART, heights)
            self.where.bias.copy_(torch.cat([down, -down]))
        self.mix = mixes(wide)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Of (batch, inputs, heights, columns): (batch, wide, 2 * columns), the upper row's columns first."""
        letters = self.letters(features)
        batch, _, heights, columns = letters.shape
        where = self.where(self.around(self.guide(features).squeeze(2)))
        where = where.view(batch, 2, 1, heights, columns).softmax(3)
        rows = [(letters * where[:, row]).sum(2) for row in (0, 1)]
        upper, lower = self.mix(torch.cat(rows)).split(batch)
        return torch.cat([upper, lower], 2)


class SlotHead(nn.Module):
    """Says what the k-th character is: a look along the columns for each k, and one classifier for all."""

    # The first looks: each character around its share of the line, this wide.
    SPREAD = 0.2

    def __init__(self, wide: int, narrow: int, columns: int, slots: int, classes: int) -> None:
        super().__init__()
        self.here = nn.Conv1d(wide, slots, 1)
        self.narrow = nn.Sequential(nn.Conv1d(wide, narrow, 1), nn.ReLU(inplace=True))
        self.whole = nn.Linear(narrow * columns, slots * columns)
        nn.init.zeros_(self.whole.weight)
        with torch.no_grad():
            distance = torch.linspace(0, 1, slots).unsqueeze(1) - torch.linspace(0.1, 0.9, columns)
            self.whole.bias.copy_(-(distance / self.SPREAD).square().flatten())
        self.classes = nn.Linear(wide, classes)

    def forward(self, columns: torch.Tensor) -> torch.Tensor:
        """Of (batch, wide, columns): scores of shape (batch, slots, classes)."""
        here = self.here(columns)
        where = (here + self.whole(self.narrow(columns).flatten(1)).view_as(here)).softmax(2)
        return self.classes(where @ columns.transpose(1, 2))
