"""The command line: what it refuses before it costs any time, and one run from end to end."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

from PIL import Image, ImageDraw

import data
import model
import solve


def draw(directory: Path, count: int) -> Path:
    """Two kinds of pictures, told apart by where the ink is."""
    directory.mkdir()
    lines = []
    for index in range(count):
        picture = Image.new("RGB", (48, 24), "white")
        left = 4 if index % 2 else 28
        ImageDraw.Draw(picture).rectangle((left, 4, left + 14, 20), fill="black")
        picture.save(directory / f"{index}.png")
        lines.append(f"{index}.png\t{'Ab' if index % 2 else 'bA'}\n")
    (directory / data.LABELS).write_text("".join(lines), encoding="utf-8")
    return directory


class CommandTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = Path(scratch.name)

    def run_command(self, *arguments: object) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = solve.main([str(argument) for argument in arguments])
        return code, out.getvalue(), err.getvalue()

    def check_trains_saves_and_reads_again(self, *flags: object) -> model.Shape:
        known, unseen = draw(self.scratch / "known", 40), draw(self.scratch / "unseen", 20)
        weights = self.scratch / "weights.pt"
        code, out, err = self.run_command(
            "train", "--train", known, "--test", unseen, "--minutes", 0.05, "--height", 16, "--save", weights, "--json",
            *flags)
        self.assertEqual(code, 0, err)
        first = json.loads(out)
        self.assertEqual((first["rate"], first["labels"], first["count"]), (1.0, 40, 20))
        code, out, err = self.run_command("train", "--model", weights, "--test", unseen, "--json")
        self.assertEqual(code, 0, err)
        again = json.loads(out)
        self.assertEqual((again["rate"], again["labels"], again["cpu_seconds"]), (1.0, 0, 0.0))
        return model.load(weights).shape

    def test_trains_saves_and_reads_again(self) -> None:
        shape = self.check_trains_saves_and_reads_again()
        self.assertEqual((shape.rows, shape.inverted), (1, False))

    def test_the_weights_know_about_rows_and_inversion(self) -> None:
        shape = self.check_trains_saves_and_reads_again("--rows", 2, "--inverted")
        self.assertEqual((shape.rows, shape.inverted), (2, True))

    def test_refuses_to_test_on_what_it_trained_on(self) -> None:
        known = draw(self.scratch / "known", 4)
        code, _, err = self.run_command("train", "--train", known, "--test", known)
        self.assertEqual(code, 1)
        self.assertIn("both trained on and tested", err)

    def test_refuses_what_cannot_run(self) -> None:
        known, other = draw(self.scratch / "known", 4), draw(self.scratch / "other", 4)
        for arguments in (
            ("train", "--test", known),
            ("train", "--train", known, "--finetune", "--test", other),
            ("curve", "--test", known),
            ("train", "--train", known, "--test", self.scratch / "missing"),
            ("train", "--train", known, "--test", other, "--minutes", 0),
        ):
            with self.subTest(arguments=arguments):
                code, out, err = self.run_command(*arguments)
                self.assertEqual((code, out), (1, ""))
                self.assertTrue(err.rstrip().splitlines()[-1].startswith("solve.py: "))

    def test_leaves_out_what_the_weights_have_no_place_for(self) -> None:
        shape = model.Shape(alphabet="ab", slots=2, height=16, width=32, channels=1)
        samples = [data.Sample(Path("1"), "ab"), data.Sample(Path("2"), "abb"), data.Sample(Path("3"), "ac")]
        with contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(solve.fitting(samples, shape), samples[:1])
            with self.assertRaises(ValueError):
                solve.fitting(samples[1:], shape)


if __name__ == "__main__":
    unittest.main()
