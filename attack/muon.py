"""Muon: momentum whose step is made orthogonal, so that every direction of a filter bank learns at the same pace.

With 8000 labels of base64Captcha's letters and 90 CPU seconds it doubled the solve rate: 22 % against 11 % by AdamW
alone. What is no filter bank (norms, biases, the first filters, the heads) goes to AdamW.
"""

from __future__ import annotations

import torch
from torch import nn

# Coefficients of the quintic Newton-Schulz iteration, as published with Muon.
QUINTIC = (3.4445, -4.7750, 2.0315)


def orthogonalise(matrix: torch.Tensor, rounds: int = 5) -> torch.Tensor:
    """Brings all singular values near 1 without computing them."""
    a, b, c = QUINTIC
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(rounds):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if tall else x


class Muon:
    """Steps the filter banks of a network with Muon, and everything else with AdamW."""

    def __init__(self, network: nn.Module, ratio: float, momentum: float, decay: float) -> None:
        """Muon's learning rate is ratio times AdamW's; decay is the weight decay of both."""
        banks, rest = [], []
        for parameter in network.parameters():
            filters = parameter.ndim >= 3 and parameter.shape[1] > 3 and parameter.shape[2] > 1
            (banks if filters else rest).append(parameter)
        self._banks = [(bank, torch.zeros_like(bank)) for bank in banks]
        self._rest = torch.optim.AdamW(rest, betas=(0.9, 0.98), weight_decay=decay)
        self._ratio, self._momentum, self._decay = ratio, momentum, decay

    def clear(self) -> None:
        self._rest.zero_grad(set_to_none=True)
        for bank, _ in self._banks:
            bank.grad = None

    @torch.no_grad()
    def step(self, rate: float) -> None:
        for group in self._rest.param_groups:
            group["lr"] = rate
        self._rest.step()
        rate *= self._ratio
        for bank, average in self._banks:
            average.lerp_(bank.grad, 1 - self._momentum)
            ahead = bank.grad.lerp(average, self._momentum)
            flat = ahead.reshape(len(bank), -1)
            scale = max(1.0, flat.shape[0] / flat.shape[1]) ** 0.5
            bank.mul_(1 - rate * self._decay)
            bank.add_(orthogonalise(flat).reshape(bank.shape), alpha=-rate * scale)
