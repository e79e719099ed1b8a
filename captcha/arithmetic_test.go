package captcha_test

import (
	"regexp"
	"strconv"
	"testing"

	"github.com/cattlegrid/cattlegrid/captcha"
)

var sumPattern = regexp.MustCompile(`^([1-9][0-9]?)([+-])([1-9])=\?$`)

// A question comes to its answer, which is from 1 to 50, as do all numbers on
// the way there. Each answer is as likely as any other, so that a blind guess is
// right in at most 3 of 100 tries.
func TestArithmetic(t *testing.T) {
	const questions, answers = 50_000, 50
	painter, src := newPainter(t, captcha.Style{Kind: captcha.Arithmetic}), source(1)
	results, operators, texts := map[int]int{}, map[string]int{}, map[string]bool{}
	for range questions {
		q := question(t, painter, src)
		texts[q.Text] = true
		parts := sumPattern.FindStringSubmatch(q.Text)
		if parts == nil {
			t.Fatalf("question %q is no sum or difference of two numbers", q.Text)
		}
		a, b := number(t, parts[1]), number(t, parts[3])
		want := a + b
		if parts[2] == "-" {
			want = a - b
		}
		if got := number(t, q.Answer); got != want || got < 1 || got > answers || strconv.Itoa(got) != q.Answer {
			t.Fatalf("question %q has the answer %q, want %d, from 1 to %d", q.Text, q.Answer, want, answers)
		}
		results[want]++
		operators[parts[2]]++
	}
	if got, most := chiSquare(results, answers), fair(answers); got > most {
		t.Errorf("chi-square of answers = %.1f, want at most %.1f", got, most)
	}
	for answer, n := range results {
		if 100*n > 3*questions {
			t.Errorf("%d is right for %d of %d questions, want at most 3 in 100", answer, n, questions)
		}
	}
	for _, operator := range []string{"+", "-"} {
		if 10*operators[operator] < 3*questions {
			t.Errorf("%d of %d questions have a %s, want 3 in 10", operators[operator], questions, operator)
		}
	}
	if len(texts) < 10*answers {
		t.Errorf("%d questions are different, want at least %d", len(texts), 10*answers)
	}
	drawn := 0
	for text := range texts {
		draw(t, painter, text, src, captcha.PNG)
		if drawn++; drawn == 100 {
			break
		}
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// The shortest and the longest question can be drawn, one that is longer cannot.
func TestArithmeticDraws(t *testing.T) {
	painter := newPainter(t, captcha.Style{Kind: captcha.Arithmetic})
	for _, text := range []string{"1+1=?", "2-1=?", "59-9=?", "49+1=?"} {
		draw(t, painter, text, source(1), captcha.PNG)
	}
	for _, text := range []string{"100-10=?", "A+1=?", "1*1=?"} {
		if _, err := painter.Draw(text, source(1), captcha.PNG); err == nil {
			t.Errorf("Draw(%q) gives a picture, want an error", text)
		}
	}
}
