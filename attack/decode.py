"""From log-probabilities to an answer and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F


# CTC is the better reader; this much of the slot head's opinion still helps.
SLOT_WEIGHT = 0.2


@dataclass(frozen=True)
class Guess:
    """An answer, and the log-probability that the network gives it."""

    answer: str
    confidence: float


@dataclass(frozen=True)
class Look:
    """Log-probabilities for a batch: CTC's of shape (columns, batch, classes), and (batch, slots, classes)."""

    ctc: torch.Tensor
    slots: torch.Tensor


def encode(answer: str, alphabet: str) -> list[int]:
    """Class numbers; 0 is kept for blank. A character outside the alphabet is a KeyError."""
    index = {char: number for number, char in enumerate(alphabet, start=1)}
    return [index[char] for char in answer]


def collapse(path: list[int]) -> list[int]:
    """CTC's rule: merge repeats, then drop blanks."""
    classes, previous = [], 0
    for current in path:
        if current not in (0, previous):
            classes.append(current)
        previous = current
    return classes


def until_end(path: list[int]) -> list[int]:
    """The slot head's rule: class 0 ends the answer."""
    return path[: path.index(0)] if 0 in path else path


def slot_targets(answers: list[list[int]], slots: int) -> torch.Tensor:
    """Class numbers of shape (batch, slots), padded with 0; what exceeds the slots is cut."""
    return torch.tensor([(answer + [0] * slots)[:slots] for answer in answers])


def score(look: Look, answers: list[list[int]]) -> torch.Tensor:
    """Log-probability of one answer a picture, both heads together."""
    count = look.slots.shape[1]
    lengths = torch.tensor([len(answer) for answer in answers])
    flat = torch.tensor([number for answer in answers for number in answer], dtype=torch.long)
    columns = torch.full((len(answers),), look.ctc.shape[0])
    by_ctc = -F.ctc_loss(look.ctc, flat, columns, lengths, reduction="none")
    targets = slot_targets(answers, count)
    by_slot = look.slots.gather(2, targets.unsqueeze(2)).squeeze(2)
    # Behind the end, only the first "no more" counts.
    used = torch.arange(count) <= lengths.unsqueeze(1)
    return by_ctc + SLOT_WEIGHT * (by_slot * used).sum(1)


def propose(look: Look) -> tuple[list[list[int]], list[list[int]]]:
    """Each head's likeliest answers; where CTC's has a length that cannot be, the slot head's stands for it."""
    limit = look.slots.shape[1]
    by_slot = [until_end(path) for path in look.slots.argmax(2).tolist()]
    by_ctc = [collapse(path) for path in look.ctc.argmax(2).T.tolist()]
    return [one if 0 < len(one) <= limit else other for one, other in zip(by_ctc, by_slot)], by_slot


def guess(looks: list[Look], alphabet: str) -> list[Guess]:
    """From several looks at the same pictures: of all answers proposed, those that all looks find likeliest."""
    proposals = [answers for look in looks for answers in propose(look)]
    scores = torch.stack([sum(score(look, answers) for look in looks) / len(looks) for answers in proposals])
    best, which = scores.max(0)
    guesses = []
    for index, (chosen, sure) in enumerate(zip(which.tolist(), best.tolist())):
        answer = "".join(alphabet[number - 1] for number in proposals[chosen][index])
        guesses.append(Guess(answer, sure))
    return guesses
