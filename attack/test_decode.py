"""What the network's log-probabilities come to."""

import unittest

import torch

import decode

ALPHABET = "ab"


def certain(path: list[int], classes: int = 3) -> torch.Tensor:
    """Log-probabilities of shape (len(path), 1, classes) that all but decide each class."""
    scores = torch.full((len(path), 1, classes), -8.0)
    for index, number in enumerate(path):
        scores[index, 0, number] = 0
    return scores.log_softmax(2)


def undecided(length: int) -> torch.Tensor:
    return torch.zeros(length, 1, 3).log_softmax(2)


def look(ctc: torch.Tensor, slots: torch.Tensor) -> decode.Look:
    return decode.Look(ctc, slots.transpose(0, 1))


class CollapseTest(unittest.TestCase):
    def test_merges_repeats_and_drops_blanks(self) -> None:
        self.assertEqual(decode.collapse([0, 1, 1, 0, 2, 2, 2, 0]), [1, 2])

    def test_keeps_a_double_letter_that_a_blank_parts(self) -> None:
        self.assertEqual(decode.collapse([1, 0, 1]), [1, 1])

    def test_only_blanks_are_no_answer(self) -> None:
        self.assertEqual(decode.collapse([0, 0]), [])


class SlotTest(unittest.TestCase):
    def test_end_cuts_what_follows(self) -> None:
        self.assertEqual(decode.until_end([2, 1, 0, 1]), [2, 1])

    def test_full_slots_have_no_end(self) -> None:
        self.assertEqual(decode.until_end([2, 1]), [2, 1])

    def test_targets_are_padded_and_cut(self) -> None:
        self.assertEqual(decode.slot_targets([[1], [1, 2, 1, 2]], 3).tolist(), [[1, 0, 0], [1, 2, 1]])


class EncodeTest(unittest.TestCase):
    def test_classes_start_behind_blank(self) -> None:
        self.assertEqual(decode.encode("ba", ALPHABET), [2, 1])

    def test_unknown_character_is_refused(self) -> None:
        with self.assertRaises(KeyError):
            decode.encode("c", ALPHABET)


class GuessTest(unittest.TestCase):
    def test_heads_that_agree(self) -> None:
        [guess] = decode.guess([look(certain([1, 0, 2, 0]), certain([1, 2, 0]))], ALPHABET)
        self.assertEqual(guess.answer, "ab")
        self.assertGreater(guess.confidence, -0.1)

    def test_the_surer_head_wins(self) -> None:
        [guess] = decode.guess([look(certain([1, 0, 2, 0]), undecided(3))], ALPHABET)
        self.assertEqual(guess.answer, "ab")
        [guess] = decode.guess([look(undecided(4), certain([2, 1, 0]))], ALPHABET)
        self.assertEqual(guess.answer, "ba")

    def test_the_surer_look_wins(self) -> None:
        unsure = look(undecided(4), undecided(3))
        [guess] = decode.guess([unsure, look(certain([0, 2, 0, 1]), certain([2, 1, 0])), unsure], ALPHABET)
        self.assertEqual(guess.answer, "ba")

    def test_ctc_answer_longer_than_any_seen_is_left(self) -> None:
        [guess] = decode.guess([look(certain([1, 2, 1, 2]), certain([1, 2]))], ALPHABET)
        self.assertEqual(guess.answer, "ab")


if __name__ == "__main__":
    unittest.main()
