"""Tesseract, which was never trained on captchas, after the picture was cleaned for it."""

from __future__ import annotations

import csv
import io
import os
import resource
import subprocess
from typing import Callable, Sequence

import numpy as np
from PIL import Image, ImageFilter, ImageOps

import data
from decode import Guess

HEIGHT = 120
MARGIN = 20
# Strokes thinner than this many pixels at HEIGHT are taken for dots and lines through the text, in turn.
THIN = (1, 3, 5)
# One line of text, and one word.
MODES = (7, 8)


def otsu(grey: np.ndarray) -> int:
    """The threshold that parts a grey picture's levels best in two."""
    count = np.bincount(grey.ravel(), minlength=256).astype(float)
    below, total = count.cumsum(), count.sum()
    mass = (count * np.arange(256)).cumsum()
    above = total - below
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (mass / below - (mass[-1] - mass) / above) ** 2
    return int(np.nan_to_num(between).argmax())


def binarise(picture: Image.Image) -> Image.Image:
    """Black ink on white paper, scaled to HEIGHT, the paper being what there is most of."""
    grey = ImageOps.autocontrast(picture.convert("L"))
    width = max(1, round(grey.width * HEIGHT / grey.height))
    grey = grey.resize((width, HEIGHT), Image.Resampling.BICUBIC).filter(ImageFilter.MedianFilter(3))
    levels = np.asarray(grey)
    light = levels > otsu(levels)
    if light.mean() < 0.5:
        light = ~light
    return Image.fromarray(np.where(light, 255, 0).astype(np.uint8))


def drop_thin(ink: Image.Image, width: int) -> Image.Image:
    """Removes what is thinner than width, which is odd: grows the paper, then shrinks it again."""
    return ink.filter(ImageFilter.MaxFilter(width)).filter(ImageFilter.MinFilter(width))


def clean(picture: Image.Image) -> list[Image.Image]:
    """The picture as tesseract may like it: with its thin strokes, and with ever fewer of them."""
    ink = binarise(picture)
    return [ImageOps.expand(drop_thin(ink, width), MARGIN, 255) for width in THIN]


def whitelist(alphabet: str) -> str:
    """The alphabet in both cases: answers are folded, pictures are not."""
    return "".join(sorted(set(alphabet + alphabet.upper())))


def recognise(picture: Image.Image, alphabet: str, mode: int) -> Guess:
    """Runs tesseract once; its confidence, 0 to 100, is the mean over words."""
    language = "eng" if alphabet.isascii() else "chi_sim"
    command = ["tesseract", "-", "-", "--psm", str(mode), "--dpi", "200", "-l", language]
    only = ["-c", f"tessedit_char_whitelist={whitelist(alphabet)}"]
    done = run([*command, *only, "tsv"], picture)
    if done.returncode < 0:
        # Tesseract 5.3 dies of some pictures when given a whitelist.
        done = run([*command, "tsv"], picture)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip()
        raise OSError(f"run tesseract: exit {done.returncode}: {reason}")
    return parse(done.stdout.decode("utf-8"), alphabet)


def run(command: list[str], picture: Image.Image) -> subprocess.CompletedProcess[bytes]:
    stored = io.BytesIO()
    picture.save(stored, "PNG")
    single = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    return subprocess.run(command, input=stored.getvalue(), capture_output=True, check=False, env=single)


def parse(table: str, alphabet: str) -> Guess:
    """Reads tesseract's TSV: the words run together, folded, without what is not in the alphabet."""
    words, sure = [], []
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = "".join(char for char in (row["text"] or "").lower() if char in alphabet)
        if text:
            words.append(text)
            sure.append(float(row["conf"]))
    return Guess("".join(words), sum(sure) / len(sure) if sure else 0.0)


def choose(guesses: Sequence[Guess], lengths: set[int]) -> Guess:
    """The surest guess among those whose length an answer can have, if there are any."""
    fitting = [guess for guess in guesses if len(guess.answer) in lengths]
    return max(fitting or guesses, key=lambda guess: (guess.confidence, guess.answer))


def read(samples: list[data.Sample], tell: Callable[[str], None]) -> list[Guess]:
    """Guesses for all samples; alphabet and lengths are told, as an attacker sees them soon enough."""
    alphabet = data.find_alphabet(samples)
    lengths = {len(sample.answer) for sample in samples}
    guesses = []
    for number, sample in enumerate(samples, start=1):
        versions = clean(data.open_picture(sample.path))
        tries = [recognise(version, alphabet, mode) for version in versions for mode in MODES]
        guesses.append(choose(tries, lengths))
        if number % 25 == 0:
            tell(f"{number}/{len(samples)} pictures")
    return guesses


def child_seconds() -> float:
    """CPU seconds of the tesseract processes so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
