"""Labelled pictures: reading a sample directory, and turning pictures into tensors."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

LABELS = "labels.tsv"

# Below this share of the picture's contrast, colour says nothing that grey does not.
COLOUR_SHARE = 0.2


@dataclass(frozen=True)
class Sample:
    """One picture and what it says, folded to lower case, since case is never part of an answer."""

    path: Path
    answer: str


def read_samples(directory: Path, limit: int = 0) -> list[Sample]:
    """Reads DIR/labels.tsv (file name, tab, answer) in its order; a limit of 0 reads all."""
    table = directory / LABELS
    samples = []
    for number, line in enumerate(table.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        name, tab, answer = line.partition("\t")
        answer = answer.strip().lower()
        if not tab or not answer:
            raise ValueError(f"{table}:{number}: want a file name, a tab and an answer, got {line!r}")
        samples.append(Sample(directory / name, answer))
        if limit and len(samples) == limit:
            break
    if not samples:
        raise ValueError(f"{table}: no samples")
    return samples


def read_directories(directories: list[Path], limit: int = 0) -> list[Sample]:
    """Reads several directories as one set; limit bounds the sum, taken evenly in shuffled order."""
    samples = [sample for directory in directories for sample in read_samples(directory)]
    if len(directories) > 1:
        random.Random(1).shuffle(samples)
    return samples[:limit] if limit else samples


def find_alphabet(samples: list[Sample]) -> str:
    """Every character that stands in an answer, sorted."""
    return "".join(sorted({char for sample in samples for char in sample.answer}))


def open_picture(path: Path) -> Image.Image:
    """Opens a PNG, JPEG or GIF as RGB, on white where it is transparent."""
    with Image.open(path) as picture:
        if picture.mode in ("RGBA", "LA") or "transparency" in picture.info:
            picture = picture.convert("RGBA")
            paper = Image.new("RGBA", picture.size, "white")
            picture = Image.alpha_composite(paper, picture)
        return picture.convert("RGB")


def canvas_size(sample: Sample, height: int) -> tuple[int, int]:
    """The (height, width) to scale to: the picture's aspect, both sides a multiple of four."""
    with Image.open(sample.path) as picture:
        width = picture.width * height / picture.height
    return round(height / 4) * 4, max(16, round(width / 4) * 4)


def load_pictures(samples: list[Sample], size: tuple[int, int]) -> torch.Tensor:
    """Decodes and scales all pictures: bytes of shape (count, 3, height, width)."""
    height, width = size
    pixels = np.empty((len(samples), 3, height, width), dtype=np.uint8)
    for index, sample in enumerate(samples):
        picture = open_picture(sample.path)
        if picture.size != (width, height):
            picture = picture.resize((width, height), Image.Resampling.BILINEAR)
        pixels[index] = np.asarray(picture).transpose(2, 0, 1)
    return torch.from_numpy(pixels)


def level(pixels: torch.Tensor) -> torch.Tensor:
    """Takes paper and contrast out: the median becomes 0, the spread 1, and ink lies above paper."""
    flat = pixels.float().flatten(2)
    flat = flat - flat.median(dim=2, keepdim=True).values
    flat = flat / flat.std(dim=(1, 2), keepdim=True).clamp(min=1.0)
    sign = torch.where(flat.mean(dim=(1, 2), keepdim=True) < 0, -1.0, 1.0)
    return (flat * sign).view_as(pixels)


def is_colourful(levelled: torch.Tensor) -> bool:
    """Whether the channels of levelled pictures differ by enough to be worth three inputs."""
    spread = (levelled - levelled.mean(dim=1, keepdim=True)).std()
    return bool(spread > COLOUR_SHARE * levelled.std())


def to_input(pixels: torch.Tensor, channels: int) -> torch.Tensor:
    """Levels pictures and reduces them to one channel or three."""
    parts = []
    for chunk in pixels.split(256):
        levelled = level(chunk)
        parts.append(levelled.mean(dim=1, keepdim=True) if channels == 1 else levelled)
    return torch.cat(parts)
