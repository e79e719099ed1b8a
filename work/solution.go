package work

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Check reports whether a solution, which may be anything that somebody sent, does the task. It makes at most Count hashes,
// and none unless the solution is spelled as it has to be. A task that is not valid has no solution.
func (t Task) Check(solution string) bool {
	if t.Validate() != nil || len(solution) > MaxSolutionLen || strings.Count(solution, ".") != t.Count-1 {
		return false
	}
	for nonce := range strings.SplitSeq(solution, ".") {
		if !isNonce(nonce) {
			return false
		}
	}
	i := 0
	for nonce := range strings.SplitSeq(solution, ".") {
		if p := t.part(i); !p.isDone(nonce) {
			return false
		}
		i++
	}
	return true
}

// isNonce reports whether s is a number in its one spelling.
func isNonce(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != "" && len(s) <= MaxDigits && (s[0] != '0' || s == "0")
}

// hashesBetweenLooks is how many hashes Solve makes, in a fraction of a millisecond, before it looks whether to go on.
const hashesBetweenLooks = 1 << 12

// Solve does the task, for tests and for machines that are asked for one, and returns the solution with the least nonces. It
// takes about Count × 2^Bits hashes on one core, until ctx is done, whose error it then returns. It fails if the task is not
// valid.
func (t Task) Solve(ctx context.Context) (string, error) {
	if err := t.Validate(); err != nil {
		return "", fmt.Errorf("solve a task: %w", err)
	}
	var solution []byte
	for i := range t.Count {
		nonce, err := t.solvePart(ctx, i)
		if err != nil {
			return "", fmt.Errorf("solve part %d of a task: %w", i, err)
		}
		if i > 0 {
			solution = append(solution, '.')
		}
		solution = strconv.AppendUint(solution, nonce, 10)
	}
	return string(solution), nil
}

// errUnsolvable is for a part that no nonce does: as likely as guessing a key.
var errUnsolvable = errors.New("no nonce does it")

func (t Task) solvePart(ctx context.Context, i int) (uint64, error) {
	const tooMany = 1_000_000_000_000 // the first number with more than MaxDigits digits
	p := t.part(i)
	for nonce := range uint64(tooMany) {
		if nonce%hashesBetweenLooks == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if p.tries(nonce) {
			return nonce, nil
		}
	}
	return 0, errUnsolvable
}
