"""What the network gives for one row of letters and for two, and what it does not look at."""

import unittest
from dataclasses import asdict, replace

import torch

import layers
import model
import stack

ONE = model.Shape(alphabet="abc", slots=3, height=24, width=32, channels=1, base=4)


class SolverTest(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(1)

    def test_two_rows_give_twice_the_columns(self) -> None:
        for rows, columns in ((1, 8), (2, 16)):
            with self.subTest(rows=rows):
                ctc, slots = model.Solver(replace(ONE, rows=rows)).eval()(torch.randn(5, 1, 24, 32))
                self.assertEqual(ctc.shape, (columns, 5, 4))
                self.assertEqual(slots.shape, (5, 3, 4))
                self.assertTrue(torch.allclose(ctc.exp().sum(2), torch.ones(columns, 5), atol=1e-5))
                self.assertTrue(torch.allclose(slots.exp().sum(2), torch.ones(5, 3), atol=1e-5))

    def test_inverted_sees_no_difference_between_a_picture_and_its_negative(self) -> None:
        picture = torch.randn(2, 1, 24, 32)
        for inverted in (False, True):
            with self.subTest(inverted=inverted):
                network = model.Solver(replace(ONE, rows=2, inverted=inverted)).eval()
                same = torch.allclose(network(picture)[0], network(-picture)[0], atol=1e-5)
                self.assertEqual(same, inverted)

    def test_weights_from_before_there_were_rows_still_fit(self) -> None:
        stored = asdict(ONE)
        del stored["rows"], stored["inverted"]
        self.assertEqual(model.Shape(**stored), ONE)


class TwoRowsTest(unittest.TestCase):
    def test_starts_with_the_upper_row_first(self) -> None:
        torch.manual_seed(1)
        reader = stack.TwoRows(8, 12, 4).eval()
        reader.mix = torch.nn.Identity()
        blank = torch.zeros(1, 8, 4, 6)
        for first, height in ((True, 0), (False, 3)):
            with self.subTest(height=height):
                features = blank.clone()
                features[:, :, height] = 1.0
                moved = (reader(features) - reader(blank)).abs()
                upper, lower = moved[:, :, :6].sum(), moved[:, :, 6:].sum()
                self.assertEqual(bool(upper > lower), first)


class SlotHeadTest(unittest.TestCase):
    def test_starts_looking_from_the_first_column_to_the_last(self) -> None:
        torch.manual_seed(1)
        head = stack.SlotHead(wide=4, narrow=2, columns=20, slots=3, classes=5)
        first = head.whole.bias.view(3, 20).argmax(1).tolist()
        self.assertEqual(first, sorted(set(first)))


class MixTest(unittest.TestCase):
    def test_sees_its_neighbours_and_no_further(self) -> None:
        torch.manual_seed(1)
        mix = layers.Mix(4, dilation=2).eval()
        torch.nn.init.ones_(mix.conv.weight)
        columns = torch.ones(1, 4, 9)
        changed = columns.clone()
        changed[:, :, 4] = 3.0
        moved = (mix(changed) - mix(columns)).abs().sum(1)[0] > 0
        self.assertEqual(moved.nonzero().flatten().tolist(), [2, 4, 6])


if __name__ == "__main__":
    unittest.main()
