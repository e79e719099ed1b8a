package rivals

import (
	"fmt"
	"io"

	"github.com/mojocn/base64Captcha"
)

const base64Module = "github.com/mojocn/base64Captcha"

// The looks: digits as DefaultDriverDigit has them, letters with everything on.
const (
	base64Skew  = 0.7
	base64Dots  = 80
	base64Noise = 20
	base64Lines = base64Captcha.OptionShowHollowLine | base64Captcha.OptionShowSlimeLine | base64Captcha.OptionShowSineLine
)

// base64 draws what its driver draws. The module's users send the picture as
// base64 text; the picture alone is written here, which is smaller and quicker.
type base64 struct {
	name   string
	driver base64Captcha.Driver
}

func newBase64Digits(s Size) (Generator, error) {
	g := &base64{
		name:   "base64captcha-digits",
		driver: base64Captcha.NewDriverDigit(s.Height, s.Width, s.Length, base64Skew, base64Dots),
	}
	return g, nil
}

func newBase64Letters(s Size) (Generator, error) {
	g := &base64{
		name: "base64captcha-letters",
		driver: base64Captcha.NewDriverString(s.Height, s.Width, base64Noise, base64Lines, s.Length,
			base64Captcha.TxtSimpleCharaters, nil, nil, nil),
	}
	return g, nil
}

func newBase64Audio(language string) func(Size) (Generator, error) {
	return func(s Size) (Generator, error) {
		g := &base64{
			name:   "base64captcha-audio-" + language,
			driver: base64Captcha.NewDriverAudio(s.Length, language),
		}
		return g, nil
	}
}

func (g *base64) Name() string { return g.name }

func (g *base64) Draw(w io.Writer) (string, error) {
	_, content, answer := g.driver.GenerateIdQuestionAnswer()
	item, err := g.draw(content)
	if err != nil {
		return "", fmt.Errorf("draw: %w", err)
	}
	if _, err := item.WriteTo(w); err != nil {
		return "", fmt.Errorf("write: %w", err)
	}
	return answer, nil
}

// draw turns the module's panic, which it has where digits do not fit the
// picture, into an error.
func (g *base64) draw(content string) (item base64Captcha.Item, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the module panicked: %v", cause)
		}
	}()
	return g.driver.DrawCaptcha(content)
}
