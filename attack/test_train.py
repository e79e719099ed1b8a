"""The budget, the schedule, and that the network learns at all."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import torch

import model
import train


class FakeClock:
    """CPU time that only passes when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class BudgetTest(unittest.TestCase):
    def test_counts_from_its_start(self) -> None:
        clock = FakeClock()
        budget = train.Budget(10, clock)
        self.assertTrue(budget.left)
        self.assertEqual(budget.share, 0)
        clock.now += 4
        self.assertEqual((budget.spent, budget.share), (4, 0.4))
        clock.now += 7
        self.assertFalse(budget.left)
        self.assertEqual(budget.share, 1)

    def test_refuses_nothing(self) -> None:
        with self.assertRaises(ValueError):
            train.Budget(0)


class ScheduleTest(unittest.TestCase):
    def test_rises_to_the_peak_and_falls(self) -> None:
        rates = [train.one_cycle(share / 100, 1.0, 0.2) for share in range(101)]
        self.assertEqual(rates.index(max(rates)), 20)
        self.assertEqual(rates[:21], sorted(rates[:21]))
        self.assertEqual(rates[20:], sorted(rates[20:], reverse=True))
        self.assertGreater(rates[-1], 0)


class BatchTest(unittest.TestCase):
    def test_an_epoch_takes_each_once(self) -> None:
        stream = train.batches(10, 5, torch.Generator().manual_seed(1))
        epoch = torch.cat([next(stream), next(stream)])
        self.assertEqual(sorted(epoch.tolist()), list(range(10)))

    def test_a_set_smaller_than_a_batch(self) -> None:
        self.assertEqual(len(next(train.batches(3, 32, torch.Generator()))), 3)


class LearningTest(unittest.TestCase):
    rows = 1

    def setUp(self) -> None:
        torch.manual_seed(1)
        shape = model.Shape(alphabet="ab", slots=2, height=16, width=32, channels=1, base=4, rows=self.rows)
        self.network = model.Solver(shape)
        self.pictures = torch.zeros(64, 1, 16, 32)
        self.answers = ["ab" if index % 2 else "ba" for index in range(64)]
        self.pictures[::2, :, 3:13, 3:13] = 2.0
        self.pictures[1::2, :, 3:13, 19:29] = 2.0

    def train(self) -> float:
        with contextlib.redirect_stderr(io.StringIO()):
            spent, epochs = train.train(self.network, self.pictures, self.answers, train.Options(seconds=2))
        self.assertGreater(epochs, 1)
        return spent

    def test_learns_two_pictures_within_the_budget(self) -> None:
        spent = self.train()
        self.assertGreaterEqual(spent, 2)
        self.assertLess(spent, 4)
        self.assertEqual([guess.answer for guess in train.read(self.network, self.pictures)], self.answers)

    def test_saved_weights_read_the_same(self) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "weights.pt"
            model.save(self.network, path)
            again = model.load(path)
        self.assertEqual(train.read(again, self.pictures), train.read(self.network, self.pictures))


class TwoRowsLearningTest(LearningTest):
    """A reader of two rows must learn what stands in one as well."""

    rows = 2


if __name__ == "__main__":
    unittest.main()
