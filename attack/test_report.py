"""What the figures mean."""

import json
import unittest

import report
from decode import Guess


class WilsonTest(unittest.TestCase):
    def test_known_values(self) -> None:
        for right, total, low, high in ((0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (900, 1000, 0.8798, 0.9171)):
            with self.subTest(right=right, total=total):
                got = report.wilson(right, total)
                self.assertAlmostEqual(got[0], low, places=3)
                self.assertAlmostEqual(got[1], high, places=3)

    def test_stays_within_bounds(self) -> None:
        self.assertEqual(report.wilson(0, 0), (0.0, 1.0))
        self.assertLessEqual(report.wilson(10, 10)[1], 1.0)
        self.assertGreaterEqual(report.wilson(0, 10)[0], 0.0)


class DistanceTest(unittest.TestCase):
    def test_counts_edits(self) -> None:
        for left, right, want in (("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("abcd", "bcd", 1), ("a", "b", 1)):
            with self.subTest(left=left, right=right):
                self.assertEqual(report.distance(left, right), want)
                self.assertEqual(report.distance(right, left), want)


class ReportTest(unittest.TestCase):
    def setUp(self) -> None:
        guesses = [Guess("ab", -0.1), Guess("ax", -0.2), Guess("zz", -9), Guess("b", -8)]
        self.report = report.make_report(guesses, ["ab", "ab", "ab", "ab"], test="d", solver="s", labels=7)

    def test_counts_whole_answers(self) -> None:
        self.assertEqual(self.report.rate, 0.25)
        self.assertEqual(self.report.count, 4)

    def test_surest_quarter_is_ranked_by_confidence(self) -> None:
        self.assertEqual(self.report.surest_quarter, 1.0)

    def test_characters_are_counted_by_edits(self) -> None:
        self.assertEqual(self.report.characters, 1 - 4 / 8)

    def test_json_is_one_object(self) -> None:
        row = json.loads(self.report.as_json())
        self.assertEqual((row["labels"], row["rate"], row["training_rate"]), (7, 0.25, None))

    def test_tables_have_a_cell_a_column(self) -> None:
        for line in report.tsv([self.report]).splitlines():
            self.assertEqual(len(line.split("\t")), len(report.HEAD))
        self.assertEqual(len(report.markdown([self.report]).splitlines()), 3)


if __name__ == "__main__":
    unittest.main()
