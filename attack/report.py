"""Figures: how often the whole answer is right, and how far that can be trusted."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass

from decode import Guess

Z95 = 1.959964


def wilson(right: int, total: int, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of a share; (0, 1) where nothing was tried."""
    if total == 0:
        return 0.0, 1.0
    share = right / total
    scale = 1 + z * z / total
    middle = (share + z * z / (2 * total)) / scale
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)


def distance(left: str, right: str) -> int:
    """Levenshtein's edit distance."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        corner, row[0] = row[0], i
        for j, b in enumerate(right, start=1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (a != b))
    return row[-1]


@dataclass(frozen=True)
class Report:
    """One row of a table. Rates are shares of 1; low and high are the 95 % interval of rate."""

    test: str
    solver: str
    labels: int
    cpu_seconds: float
    epochs: float
    count: int
    rate: float
    low: float
    high: float
    surest_quarter: float
    characters: float
    training_rate: float | None

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


HEAD = ("test", "solver", "labels", "CPU s", "epochs", "solved", "95 %", "surest quarter", "characters", "on training")


def cells(report: Report) -> list[str]:
    def percent(share: float | None) -> str:
        return "-" if share is None else f"{100 * share:.1f}"

    return [
        report.test,
        report.solver,
        str(report.labels),
        f"{report.cpu_seconds:.0f}",
        f"{report.epochs:.1f}",
        percent(report.rate),
        f"{percent(report.low)}-{percent(report.high)}",
        percent(report.surest_quarter),
        percent(report.characters),
        percent(report.training_rate),
    ]


def markdown(reports: list[Report]) -> str:
    """A markdown table; rates in per cent."""
    rows = [HEAD, ["---"] * len(HEAD), *(cells(report) for report in reports)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def tsv(reports: list[Report]) -> str:
    """The same table with tabs."""
    return "\n".join("\t".join(row) for row in [HEAD, *(cells(report) for report in reports)])


def share_right(guesses: list[Guess], answers: list[str]) -> tuple[int, int]:
    """How many whole answers are right, of how many."""
    return sum(guess.answer == answer for guess, answer in zip(guesses, answers)), len(answers)


def surest_quarter(guesses: list[Guess], answers: list[str]) -> float:
    """The share right among the quarter with the highest confidence: an attacker may skip the rest."""
    ranked = sorted(zip(guesses, answers), key=lambda pair: -pair[0].confidence)
    chosen = ranked[: max(1, len(ranked) // 4)]
    return sum(guess.answer == answer for guess, answer in chosen) / len(chosen)


def character_rate(guesses: list[Guess], answers: list[str]) -> float:
    """One less the edit distance per character of the answers, at least 0."""
    wrong = sum(distance(guess.answer, answer) for guess, answer in zip(guesses, answers))
    return max(0.0, 1 - wrong / sum(map(len, answers)))


def make_report(
    guesses: list[Guess],
    answers: list[str],
    *,
    test: str,
    solver: str,
    labels: int = 0,
    cpu_seconds: float = 0.0,
    epochs: float = 0.0,
    training_rate: float | None = None,
) -> Report:
    """Compares guesses with answers, both lower case."""
    right, total = share_right(guesses, answers)
    low, high = wilson(right, total)
    return Report(
        test=test,
        solver=solver,
        labels=labels,
        cpu_seconds=round(cpu_seconds, 1),
        epochs=round(epochs, 1),
        count=total,
        rate=right / total,
        low=round(low, 4),
        high=round(high, 4),
        surest_quarter=round(surest_quarter(guesses, answers), 4),
        characters=round(character_rate(guesses, answers), 4),
        training_rate=training_rate,
    )
