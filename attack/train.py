"""Training for a budget of CPU time, and reading pictures with what was learnt."""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass
from typing import Callable, Iterator

import torch
import torch.nn.functional as F

import decode
from model import Solver
from muon import Muon


# Two more looks at a picture: x, y, scale. Worth two points on steambap; more looks add little.
LOOKS = ((0.03, 0.04, 1.03), (-0.03, -0.04, 0.97))


@dataclass(frozen=True)
class Options:
    """How to train. The defaults are the best found for 8000 hard pictures and 90 CPU seconds; see README.md."""

    seconds: float = 240.0
    batch: int = 32
    rate: float = 4e-3
    ratio: float = 10.0
    momentum: float = 0.9
    warm_up: float = 0.2
    decay: float = 0.02
    slot_weight: float = 1.0
    seed: int = 1


class Budget:
    """Counts CPU seconds of this process, which neither waiting nor a busy neighbour uses up."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.process_time) -> None:
        if seconds <= 0:
            raise ValueError(f"a budget of {seconds} s trains nothing")
        self._clock = clock
        self._start = clock()
        self.seconds = seconds

    @property
    def spent(self) -> float:
        return self._clock() - self._start

    @property
    def share(self) -> float:
        """From 0 at the start to 1 when all is spent."""
        return min(1.0, self.spent / self.seconds)

    @property
    def left(self) -> bool:
        return self.spent < self.seconds


def one_cycle(share: float, peak: float, warm_up: float) -> float:
    """The learning rate at a share of the budget: up to the peak, then down a cosine to nearly nothing."""
    if share < warm_up:
        return peak * (0.05 + 0.95 * share / warm_up)
    return peak * max(1e-3, 0.5 * (1 + math.cos(math.pi * (share - warm_up) / (1 - warm_up))))


def jitter(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Moves, turns, shears and scales each picture a little: labels are dearer than pixels."""
    count = len(pictures)

    def spread(size: float) -> torch.Tensor:
        return (torch.rand(count, generator=generator) * 2 - 1) * size

    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0] = 1 + spread(0.08)
    theta[:, 1, 1] = 1 + spread(0.08)
    theta[:, 0, 1] = spread(0.06)
    theta[:, 1, 0] = spread(0.08)
    theta[:, 0, 2] = spread(0.05)
    theta[:, 1, 2] = spread(0.10)
    grid = F.affine_grid(theta, list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def batches(count: int, size: int, generator: torch.Generator) -> Iterator[torch.Tensor]:
    """Endless index batches; each epoch in a new order, without a short batch unless all is shorter."""
    size = min(size, count)
    while True:
        order = torch.randperm(count, generator=generator)
        for start in range(0, count - size + 1, size):
            yield order[start : start + size]


def loss_of(
    network: Solver, pictures: torch.Tensor, answers: list[list[int]], slot_weight: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """The two heads' losses, each per character."""
    ctc, slots = network(pictures)
    lengths = torch.tensor([len(answer) for answer in answers])
    flat = torch.tensor([number for answer in answers for number in answer])
    columns = torch.full((len(answers),), ctc.shape[0])
    by_ctc = F.ctc_loss(ctc, flat, columns, lengths, zero_infinity=True)
    targets = decode.slot_targets(answers, slots.shape[1])
    by_slot = F.nll_loss(slots.flatten(0, 1), targets.flatten())
    return by_ctc, slot_weight * by_slot


def train(network: Solver, pictures: torch.Tensor, answers: list[str], options: Options) -> tuple[float, float]:
    """Trains until the budget is spent; returns the CPU seconds and the epochs that took."""
    generator = torch.Generator().manual_seed(options.seed)
    encoded = [decode.encode(answer, network.shape.alphabet) for answer in answers]
    network.train().to(memory_format=torch.channels_last)
    optimizer = Muon(network, options.ratio, options.momentum, options.decay)
    budget, seen, told = Budget(options.seconds), 0, 0.0
    for indices in batches(len(pictures), options.batch, generator):
        if not budget.left:
            break
        batch = jitter(pictures[indices], generator).contiguous(memory_format=torch.channels_last)
        by_ctc, by_slot = loss_of(network, batch, [encoded[i] for i in indices.tolist()], options.slot_weight)
        optimizer.clear()
        (by_ctc + by_slot).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step(one_cycle(budget.share, options.rate, options.warm_up))
        seen += len(indices)
        if budget.spent - told >= 5 or not budget.left:
            told = budget.spent
            progress(told, options.seconds, seen / len(pictures), by_ctc.item(), by_slot.item())
    return budget.spent, seen / len(pictures)


def progress(spent: float, total: float, epochs: float, by_ctc: float, by_slot: float) -> None:
    print(
        f"{spent:5.0f}/{total:.0f} CPU s  epoch {epochs:5.1f}  ctc loss {by_ctc:.3f}  slot loss {by_slot:.3f}",
        file=sys.stderr,
        flush=True,
    )


def move(pictures: torch.Tensor, x: float, y: float, scale: float) -> torch.Tensor:
    """Moves by shares of half the size, and scales."""
    theta = torch.tensor([[scale, 0, x], [0, scale, y]]).expand(len(pictures), 2, 3)
    grid = F.affine_grid(theta, list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


@torch.no_grad()
def read(network: Solver, pictures: torch.Tensor) -> list[decode.Guess]:
    """Guesses for levelled pictures; it looks at each three times, moved a little."""
    network.eval().to(memory_format=torch.channels_last)
    guesses: list[decode.Guess] = []
    for chunk in pictures.split(128):
        views = [chunk, *(move(chunk, *step) for step in LOOKS)]
        looks = [decode.Look(*network(view.contiguous(memory_format=torch.channels_last))) for view in views]
        guesses += decode.guess(looks, network.shape.alphabet)
    return guesses
