"""Cleaning pictures and reading tesseract's table; tesseract itself is not run."""

import unittest

import numpy as np
from PIL import Image, ImageDraw

import tesseract
from decode import Guess


def black(picture: Image.Image) -> float:
    return float((np.asarray(picture) == 0).mean())


class CleanTest(unittest.TestCase):
    def test_otsu_parts_two_levels(self) -> None:
        levels = np.array([[20] * 30 + [200] * 70], dtype=np.uint8)
        self.assertTrue(20 <= tesseract.otsu(levels) < 200)

    def test_ink_is_black_on_either_page(self) -> None:
        for paper, ink in (("white", "black"), ("#111", "#ddd")):
            picture = Image.new("RGB", (120, 60), paper)
            ImageDraw.Draw(picture).rectangle((20, 20, 50, 40), fill=ink)
            self.assertAlmostEqual(black(tesseract.binarise(picture)), 31 * 21 / 7200, places=1)

    def test_thin_lines_go_and_thick_strokes_stay(self) -> None:
        picture = Image.new("L", (240, 120), 255)
        draw = ImageDraw.Draw(picture)
        draw.rectangle((40, 40, 80, 80), fill=0)
        draw.rectangle((0, 100, 239, 101), fill=0)
        cleaned = np.asarray(tesseract.drop_thin(picture, 5))
        self.assertTrue((cleaned[95:105] == 255).all())
        self.assertTrue((cleaned[40:81, 40:81] == 0).all())


class TableTest(unittest.TestCase):
    def test_words_run_together(self) -> None:
        table = 'level\tconf\ttext\n1\t-1\t\n5\t80\tA"b\n5\t60\t3!\n'
        self.assertEqual(tesseract.parse(table, "ab3"), Guess("ab3", 70.0))

    def test_nothing_read(self) -> None:
        self.assertEqual(tesseract.parse("level\tconf\ttext\n", "ab"), Guess("", 0.0))

    def test_a_fitting_length_goes_first(self) -> None:
        guesses = [Guess("abc", 90), Guess("abcd", 40), Guess("abce", 50)]
        self.assertEqual(tesseract.choose(guesses, {4}).answer, "abce")
        self.assertEqual(tesseract.choose(guesses, {5}).answer, "abc")


if __name__ == "__main__":
    unittest.main()
