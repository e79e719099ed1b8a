#!/usr/bin/python3
"""Make the samples that Speaker speaks with: zh.adpcm and en.adpcm, in this directory.

Needs espeak-ng 1.51 and numpy. The same versions make the same bytes. The layout of the files is in README.md.
"""

import pathlib
import struct
import subprocess

import numpy as np

RATE = 8000  # of the samples
SOURCE = 22050  # of espeak-ng's output
LONGEST = 3900  # samples in a clip, so that eight of them fit in 40 kB
LOUD = 0.2  # loudness (RMS) of every clip, where 1 is full scale

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# Mandarin letters are said the way they are in China, as espeak-ng knows, but for
# R, which must not sound like 2 (èr).
MANDARIN = {"R": "a1er2"}

# A voice is a language, a variant, a pitch (0 to 99) and a speed (words a minute).
# Women and men, high and low.
VOICES = {
    "zh": [
        ("cmn-latn-pinyin", 42, 125),
        ("cmn-latn-pinyin+f2", 55, 145),
        ("cmn-latn-pinyin+m3", 30, 120),
    ],
    "en": [
        ("en-us+edward", 40, 145),
        ("en-us+f5", 55, 165),
        ("en-us+klatt2", 45, 150),
    ],
}


def speak(voice, pitch, speed, text):
    """Return what espeak-ng says as floats from -1 to 1, without the silence around it."""
    command = ["espeak-ng", "-v", voice, "-p", str(pitch), "-s", str(speed), "--stdout", text]
    wav = subprocess.run(command, check=True, capture_output=True).stdout
    pcm = wav[wav.index(b"data") + 8 :]  # The length in the header is made up: the output is a pipe.
    x = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2") / 32768
    return trim(x, SOURCE)


def trim(x, rate):
    """Cut what is 40 dB below the loudest moment at both ends, but keep a moment of it."""
    window = rate // 100
    level = np.sqrt(np.convolve(x * x, np.ones(window) / window, "same"))
    loud = np.nonzero(level > level.max() * 0.01)[0]
    return x[max(0, loud[0] - window // 2) : loud[-1] + window // 2]


def band(x, rate, low, high):
    """Return the part of x between two frequencies, with soft edges."""
    spectrum = np.fft.rfft(x, len(x) + rate // 10)
    f = np.fft.rfftfreq(len(x) + rate // 10, 1 / rate)
    width = 100
    gain = np.clip((f - low) / width + 0.5, 0, 1) * np.clip((high - f) / width + 0.5, 0, 1)
    return np.fft.irfft(spectrum * gain, len(x) + rate // 10)[: len(x)]


def lower_hiss(x, noise):
    """Bring what lies above 4 kHz down to where 8 kHz sampling can carry it.

    S and F differ mostly up there. Hearing aids do the same: noise in the top
    band follows the loudness of what is lost, where that is more than the
    overtones of a vowel.
    """
    window = SOURCE // 200
    smooth = np.ones(window) / window
    lost = band(x, SOURCE, 4000, 10000)
    envelope = np.sqrt(np.convolve(lost * lost, smooth, "same"))
    share = envelope / np.sqrt(np.convolve(x * x, smooth, "same") + 1e-9)
    envelope *= np.clip(4 * share - 0.8, 0, 1)
    hiss = band(noise.standard_normal(len(x)), SOURCE, 2900, 3850)
    hiss /= np.sqrt(np.mean(hiss * hiss))
    return x + envelope * hiss


def resample(x):
    """Return x at RATE, band-limited."""
    x = band(x, SOURCE, 130, 3900)
    n = len(x) // SOURCE * SOURCE + SOURCE  # whole seconds, so that both rates fit
    spectrum = np.fft.rfft(x, n)
    out = np.fft.irfft(spectrum[: n // SOURCE * RATE // 2 + 1], n // SOURCE * RATE)
    return out[: len(x) * RATE // SOURCE] * RATE / SOURCE


def lift(x):
    """Bring the quiet parts closer to the loud ones, so that the background does not hide a consonant.

    Telling F from X and T from E takes the hiss and the burst, which espeak-ng
    says 20 to 30 dB below the vowel. A third of that is made up for.
    """
    x = np.append(x[0], x[1:] - 0.5 * x[:-1])
    window = RATE // 125
    envelope = np.sqrt(np.convolve(x * x, np.hanning(window) / np.hanning(window).sum(), "same")) / np.abs(x).max()
    return x / np.maximum(envelope, 0.005) ** 0.35


def level(x):
    """Bring every clip to one loudness, round off its peaks, fade its ends."""
    frames = x[: len(x) // 160 * 160].reshape(-1, 160)
    power = np.mean(frames * frames, axis=1)
    x = x * LOUD / np.sqrt(np.mean(power[power > power.max() * 0.03]))
    x = 0.9 * np.tanh(x / 0.9)
    fade = np.linspace(0, 1, 24)
    x[:24] *= fade
    x[-24:] *= fade[::-1]
    return np.round(x * 32767).astype(int)


# The step sizes and their changes in IMA ADPCM.
STEPS = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107,
    118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963,
    1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894,
    6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794,
    32767,
]  # fmt: skip
CHANGES = [-1, -1, -1, -1, 2, 4, 6, 8]


def encode(samples):
    """Return samples as 4-bit IMA ADPCM, low nibble first, from predictor 0 and step 0."""
    nibbles, predicted, index = [], 0, 0
    for sample in samples:
        step, difference = STEPS[index], int(sample) - predicted
        code = min(7, abs(difference) * 4 // step)
        change = (2 * code + 1) * step // 8
        predicted += -change if difference < 0 else change
        assert -32768 <= predicted <= 32767  # The decoder does not clamp.
        index = max(0, min(88, index + CHANGES[code]))
        nibbles.append(code | (8 if difference < 0 else 0))
    nibbles += [0] * (len(nibbles) % 2)
    return bytes(a | b << 4 for a, b in zip(nibbles[::2], nibbles[1::2]))


def clip(language, voice, pitch, speed, character, noise):
    text = character
    if language == "zh":
        text = MANDARIN.get(character, character)
    while True:
        samples = level(lift(resample(lower_hiss(speak(voice, pitch, speed, text), noise))))
        if len(samples) <= LONGEST:
            return samples
        speed += 5


def main():
    here = pathlib.Path(__file__).parent
    for language, voices in VOICES.items():
        noise = np.random.default_rng(1)
        table, data = b"", b""
        for voice, pitch, speed in voices:
            for character in CHARACTERS:
                samples = clip(language, voice, pitch, speed, character, noise)
                table += struct.pack("<H", len(samples))
                data += encode(samples)
        (here / f"{language}.adpcm").write_bytes(bytes([len(voices)]) + table + data)


if __name__ == "__main__":
    main()
