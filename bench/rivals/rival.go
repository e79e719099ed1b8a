package rivals

import (
	"fmt"
	"io"
	"strings"
)

// Generator makes challenges of one size. It is safe for concurrent use.
type Generator interface {
	// Name is the name that [Find] knows, for example dchest.
	Name() string

	// Draw writes one new challenge, encoded, and returns its answer. It fails
	// when w does, or when the characters do not fit the size.
	Draw(w io.Writer) (answer string, err error)
}

// Size is what a challenge is asked to be: pixels, and characters in the answer.
type Size struct {
	Width, Height, Length int
}

// The bounds of a Size. Within them a module may still find that its characters
// do not fit.
const (
	minWidth, maxWidth   = 80, 2048
	minHeight, maxHeight = 30, 1024
	minLength, maxLength = 3, 8
)

// Check returns an error that says which figure is out of bounds.
func (s Size) Check() error {
	switch {
	case s.Width < minWidth || s.Width > maxWidth:
		return fmt.Errorf("width %d is not between %d and %d pixels, for example 240", s.Width, minWidth, maxWidth)
	case s.Height < minHeight || s.Height > maxHeight:
		return fmt.Errorf("height %d is not between %d and %d pixels, for example 80", s.Height, minHeight, maxHeight)
	case s.Length < minLength || s.Length > maxLength:
		return fmt.Errorf("length %d is not between %d and %d characters, for example 5", s.Length, minLength, maxLength)
	}
	return nil
}

// Rival is one look of one module.
type Rival struct {
	Name   string // for example steambap-png
	Module string // path of the module that draws
	Format string // png, jpeg or wav: the ending of its files

	generator func(Size) (Generator, error)
}

// New returns a generator of challenges of the given size.
func (r Rival) New(size Size) (Generator, error) {
	if err := size.Check(); err != nil {
		return nil, fmt.Errorf("%s: %w", r.Name, err)
	}
	g, err := r.generator(size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Name, err)
	}
	return g, nil
}

// Pictures returns all that draw.
func Pictures() []Rival {
	return []Rival{
		{"base64captcha-digits", base64Module, "png", newBase64Digits},
		{"base64captcha-letters", base64Module, "png", newBase64Letters},
		{"dchest", dchestModule, "png", newDchest},
		{"gocaptcha", gocaptchaModule, "jpeg", newGocaptcha},
		{"steambap-jpeg", steambapModule, "jpeg", newSteambapJPEG},
		{"steambap-png", steambapModule, "png", newSteambapPNG},
	}
}

// Sounds returns all that speak.
func Sounds() []Rival {
	return []Rival{
		{"base64captcha-audio-en", base64Module, "wav", newBase64Audio("en")},
		{"base64captcha-audio-zh", base64Module, "wav", newBase64Audio("zh")},
		{"dchest-audio-en", dchestModule, "wav", newDchestAudio("en")},
		{"dchest-audio-zh", dchestModule, "wav", newDchestAudio("zh")},
	}
}

// Find returns the rival of that name. Its error lists the names there are.
func Find(name string) (Rival, error) {
	all := append(Pictures(), Sounds()...)
	names := make([]string, 0, len(all))
	for _, r := range all {
		if r.Name == name {
			return r, nil
		}
		names = append(names, r.Name)
	}
	return Rival{}, fmt.Errorf("no rival is called %q; there are %s", name, strings.Join(names, ", "))
}
