package rivals

import (
	"fmt"
	"io"

	"github.com/steambap/captcha"
)

const steambapModule = "github.com/steambap/captcha"

// steambap draws letters and digits with the default options.
type steambap struct {
	size Size
	jpeg bool
}

func newSteambapPNG(s Size) (Generator, error)  { return &steambap{size: s}, nil }
func newSteambapJPEG(s Size) (Generator, error) { return &steambap{size: s, jpeg: true}, nil }

func (g *steambap) Name() string {
	if g.jpeg {
		return "steambap-jpeg"
	}
	return "steambap-png"
}

func (g *steambap) Draw(w io.Writer) (string, error) {
	picture, err := captcha.New(g.size.Width, g.size.Height, func(o *captcha.Options) { o.TextLength = g.size.Length })
	if err != nil {
		return "", fmt.Errorf("draw: %w", err)
	}
	if g.jpeg {
		err = picture.WriteJPG(w, nil)
	} else {
		err = picture.WriteImage(w)
	}
	if err != nil {
		return "", fmt.Errorf("write: %w", err)
	}
	return picture.Text, nil
}
