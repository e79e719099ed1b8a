"""Reading labels and pictures."""

import tempfile
import unittest
from pathlib import Path

import torch
from PIL import Image, ImageDraw

import data


class LabelTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.directory = Path(scratch.name)

    def write(self, text: str) -> None:
        (self.directory / data.LABELS).write_text(text, encoding="utf-8")

    def test_reads_in_order_and_folds_case(self) -> None:
        self.write("1.png\tAb3\n\n2.png\t十七\n")
        samples = data.read_samples(self.directory)
        self.assertEqual([(s.path.name, s.answer) for s in samples], [("1.png", "ab3"), ("2.png", "十七")])
        self.assertEqual(data.find_alphabet(samples), "3ab七十")

    def test_limit(self) -> None:
        self.write("".join(f"{n}.png\t{n}\n" for n in range(5)))
        self.assertEqual(len(data.read_samples(self.directory, 2)), 2)
        self.assertEqual(len(data.read_directories([self.directory, self.directory], 7)), 7)

    def test_refuses_a_line_without_an_answer(self) -> None:
        for text in ("1.png\n", "1.png\t\n", ""):
            with self.subTest(text=text):
                self.write(text)
                with self.assertRaises(ValueError):
                    data.read_samples(self.directory)

    def test_formats_and_transparency(self) -> None:
        for name in ("a.png", "a.gif", "a.jpeg"):
            path = self.directory / name
            Image.new("L", (24, 8), 90).save(path)
            self.assertEqual(data.open_picture(path).mode, "RGB")
            self.assertEqual(data.canvas_size(data.Sample(path, "a"), 40), (40, 120))
        clear = self.directory / "clear.png"
        Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(clear)
        self.assertEqual(data.open_picture(clear).getpixel((0, 0)), (255, 255, 255))


class LevelTest(unittest.TestCase):
    def picture(self, paper: str, ink: str) -> torch.Tensor:
        picture = Image.new("RGB", (32, 16), paper)
        ImageDraw.Draw(picture).rectangle((4, 4, 12, 12), fill=ink)
        values = torch.tensor(list(picture.getdata()), dtype=torch.uint8)
        return values.view(16, 32, 3).permute(2, 0, 1).unsqueeze(0)

    def test_light_and_dark_pages_look_the_same(self) -> None:
        light = data.to_input(self.picture("white", "black"), 1)
        dark = data.to_input(self.picture("#202020", "#c0c0c0"), 1)
        torch.testing.assert_close(light, dark)
        self.assertGreater(light.max().item(), 0)
        self.assertEqual(light.median().item(), 0)

    def test_colour_is_seen_where_it_tells(self) -> None:
        self.assertFalse(data.is_colourful(data.level(self.picture("white", "#202830"))))
        self.assertTrue(data.is_colourful(data.level(self.picture("white", "red"))))


if __name__ == "__main__":
    unittest.main()
