#!/usr/bin/env python3
"""Trains and tries a captcha solver: a measure of what a captcha costs an attacker. See README.md."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

import data
import decode
import model
import report
import train


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    torch.set_num_threads(1)
    torch.manual_seed(getattr(options, "seed", 1))
    try:
        for directory in options.test:
            data.read_samples(directory, 1)  # Better now than behind minutes of training.
        reports = options.run(options)
    except (OSError, ValueError) as error:
        print(f"solve.py: {error}", file=sys.stderr)
        return 1
    for row in reports:
        if options.json:
            print(row.as_json())
    if not options.json:
        print(report.tsv(reports) if options.tsv else report.markdown(reports))
    return 0


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    one = commands.add_parser("train", help="train once, then solve the test directories")
    add_training(one)
    one.add_argument("--limit", type=int, default=0, help="use only the first N labels")
    one.add_argument("--minutes", type=float, default=4, help="CPU minutes to train (4)")
    one.add_argument("--model", type=Path, help="start from these weights")
    one.add_argument("--finetune", action="store_true", help="train the weights of --model further; else only test")
    one.add_argument("--save", type=Path, help="write the weights here")
    one.set_defaults(run=run_train)

    curve = commands.add_parser("curve", help="train afresh for each number of labels and minutes")
    add_training(curve)
    curve.add_argument("--labels", type=numbers, default=[500, 2000, 8000], help="500,2000,8000")
    curve.add_argument("--minutes", type=numbers, default=[1, 4], help="1,4")
    curve.set_defaults(run=run_curve)

    ocr = commands.add_parser("tesseract", help="try tesseract, untrained, after cleaning the picture")
    add_output(ocr)
    ocr.add_argument("--limit", type=int, default=200, help="use only the first N pictures (200)")
    ocr.set_defaults(run=run_tesseract)
    return parser.parse_args(arguments)


def add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--test", type=Path, action="append", required=True, metavar="DIR", help="may be repeated")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--tsv", action="store_true", help="tabs instead of a markdown table")


def add_training(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--train", type=Path, action="append", default=[], metavar="DIR", help="may be repeated")
    add_output(parser)
    parser.add_argument("--test-limit", type=int, default=1000, help="use only the first N test pictures (1000)")
    parser.add_argument("--height", type=int, default=40, help="scale pictures to this many pixels (40)")
    parser.add_argument("--batch", type=int, default=train.Options.batch)
    parser.add_argument("--rate", type=float, default=train.Options.rate, help="peak learning rate")
    parser.add_argument("--base", type=int, default=model.Shape.base, help="width of the network")
    parser.add_argument("--rows", type=int, choices=(1, 2), default=model.Shape.rows, help="rows of letters (1)")
    parser.add_argument("--inverted", action="store_true",
                        help="letters are dark on light and light on dark in one picture")
    parser.add_argument("--seed", type=int, default=1)


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


class TrainingSet:
    """Pictures decoded once, at one size and with one number of channels, however often they train."""

    def __init__(self, samples: list[data.Sample], size: tuple[int, int], channels: int = 0) -> None:
        pixels = data.load_pictures(samples, size)
        if not channels:
            channels = 3 if data.is_colourful(data.level(pixels[:256])) else 1
        self.channels, self.size = channels, size
        self.pictures = data.to_input(pixels, channels)
        self.answers = [sample.answer for sample in samples]

    def shape(self, samples: list[data.Sample], options: argparse.Namespace) -> model.Shape:
        return model.Shape(
            alphabet=data.find_alphabet(samples),
            slots=max(len(answer) for answer in self.answers),
            height=self.size[0],
            width=self.size[1],
            channels=self.channels,
            base=options.base,
            rows=options.rows,
            inverted=options.inverted,
        )


def training_options(options: argparse.Namespace, minutes: float) -> train.Options:
    return train.Options(seconds=60 * minutes, batch=options.batch, rate=options.rate, seed=options.seed)


def run_train(options: argparse.Namespace) -> list[report.Report]:
    if options.finetune and not options.model:
        raise ValueError("--finetune needs --model")
    network = model.load(options.model) if options.model else None
    labels, seconds, epochs, training_rate = 0, 0.0, 0.0, None
    if network is None or options.finetune:
        if not options.train:
            raise ValueError("want --train DIR, or --model FILE without --finetune")
        refuse_overlap(options.train, options.test)
        samples = data.read_directories(options.train, options.limit)
        if network is None:
            known = TrainingSet(samples, data.canvas_size(samples[0], options.height))
            network = model.Solver(known.shape(samples, options))
        else:
            samples = fitting(samples, network.shape)
            known = TrainingSet(samples, (network.shape.height, network.shape.width), network.shape.channels)
        labels = len(samples)
        tell(f"{labels} labels, alphabet {network.shape.alphabet}, {network.shape.slots} slots, "
             f"{network.shape.width}x{network.shape.height}x{network.shape.channels}")
        seconds, epochs = train.train(
            network, known.pictures, known.answers, training_options(options, options.minutes))
        training_rate = rate_on_training(network, known.pictures, known.answers)
    if options.save:
        model.save(network, options.save)
    return [
        test(network, directory, options.test_limit, labels, seconds, epochs, training_rate)
        for directory in options.test
    ]


def refuse_overlap(trained: list[Path], tested: list[Path]) -> None:
    """A rate on pictures that were trained on is no rate."""
    both = {path.resolve() for path in trained} & {path.resolve() for path in tested}
    if both:
        raise ValueError(f"{min(both)}: both trained on and tested; sample a second directory")


def fitting(samples: list[data.Sample], shape: model.Shape) -> list[data.Sample]:
    """The samples that a trained network has characters and slots for."""
    fit = [s for s in samples if len(s.answer) <= shape.slots and set(s.answer) <= set(shape.alphabet)]
    if not fit:
        raise ValueError("no training sample fits the alphabet and length of --model")
    if len(fit) < len(samples):
        tell(f"{len(samples) - len(fit)} training samples fit neither alphabet nor length of --model and are left out")
    return fit


def run_curve(options: argparse.Namespace) -> list[report.Report]:
    if not options.train:
        raise ValueError("want --train DIR")
    refuse_overlap(options.train, options.test)
    samples = data.read_directories(options.train)
    known = TrainingSet(samples, data.canvas_size(samples[0], options.height))
    reports = []
    for labels in map(int, options.labels):
        if labels > len(samples):
            raise ValueError(f"{labels} labels asked for, {len(samples)} there")
        for minutes in options.minutes:
            torch.manual_seed(options.seed)
            network = model.Solver(known.shape(samples, options))
            pictures, answers = known.pictures[:labels], known.answers[:labels]
            seconds, epochs = train.train(network, pictures, answers, training_options(options, minutes))
            on_training = rate_on_training(network, pictures, answers)
            for directory in options.test:
                reports.append(
                    test(network, directory, options.test_limit, labels, seconds, epochs, on_training))
                tell(report.tsv(reports[-1:]))
    return reports


def rate_on_training(network: model.Solver, pictures: torch.Tensor, answers: list[str]) -> float:
    """The share right of up to 1000 pictures that were trained on: far above the test's, it learnt by heart."""
    right, total = report.share_right(train.read(network, pictures[:1000]), answers[:1000])
    return right / total


def test(
    network: model.Solver, directory: Path, limit: int, labels: int, seconds: float, epochs: float,
    training_rate: float | None,
) -> report.Report:
    samples = data.read_samples(directory, limit)
    pixels = data.load_pictures(samples, (network.shape.height, network.shape.width))
    guesses = train.read(network, data.to_input(pixels, network.shape.channels))
    return report.make_report(
        guesses, [sample.answer for sample in samples], test=str(directory), solver="network",
        labels=labels, cpu_seconds=seconds, epochs=epochs, training_rate=training_rate)


def run_tesseract(options: argparse.Namespace) -> list[report.Report]:
    import tesseract

    reports = []
    for directory in options.test:
        samples = data.read_samples(directory, options.limit)
        start = time.process_time()
        guesses = tesseract.read(samples, tell)
        reports.append(report.make_report(
            guesses, [sample.answer for sample in samples], test=str(directory), solver="tesseract",
            cpu_seconds=time.process_time() - start + tesseract.child_seconds()))
    return reports


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
