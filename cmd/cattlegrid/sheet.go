package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/jpeg" // a picture of either format can stand on a sheet
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"github.com/cattlegrid/cattlegrid/captcha"
)

// Measures of a sheet, in pixels.
const (
	gap            = 16
	captionHeight  = 24
	maxSheetPixels = 100_000_000 // 400 MB
)

// sheet is a grid of pictures with captions beneath.
type sheet struct {
	image   *image.RGBA
	cell    image.Point
	columns int
}

// newSheet returns an empty sheet for number pictures of a size, about as wide as high.
func newSheet(number int, size image.Point) (*sheet, error) {
	cell := size.Add(image.Pt(gap, gap+captionHeight))
	columns := int(math.Ceil(math.Sqrt(float64(number) * float64(cell.Y) / float64(cell.X))))
	columns = max(1, min(columns, number))
	rows := (number + columns - 1) / columns
	width, height := columns*cell.X+gap, rows*cell.Y+gap
	if width*height > maxSheetPixels {
		return nil, fmt.Errorf("sample: a sheet of %d pictures is too large; take fewer, or -dir for many", number)
	}
	s := &sheet{image: image.NewRGBA(image.Rect(0, 0, width, height)), cell: cell, columns: columns}
	draw.Draw(s.image, s.image.Rect, image.White, image.Point{}, draw.Src)
	return s, nil
}

// add sets the picture at place i, over a caption in ASCII.
func (s *sheet) add(i int, text string, picture image.Image) {
	corner := image.Pt(gap+i%s.columns*s.cell.X, gap+i/s.columns*s.cell.Y)
	bounds := picture.Bounds()
	draw.Draw(s.image, bounds.Sub(bounds.Min).Add(corner), picture, bounds.Min, draw.Src)

	caption := font.Drawer{Dst: s.image, Src: image.NewUniform(color.Gray{Y: 0x50}), Face: basicfont.Face7x13}
	middle := fixed.I(corner.X + bounds.Dx()/2)
	baseline := fixed.I(corner.Y + bounds.Dy() + captionHeight*2/3)
	caption.Dot = fixed.Point26_6{X: middle - caption.MeasureString(text)/2, Y: baseline}
	caption.DrawString(text)
}

// drawSheet draws all samples on one sheet, with their answers beneath. A blind sheet has numbers there, and its answers
// are in a file beside it; so are those in Chinese, which captions have no font for.
func (p *program) drawSheet(ctx context.Context, m maker, o samples) error {
	var s *sheet
	var labels bytes.Buffer // of what is numbered
	numbered := o.blind || o.style.Kind == captcha.Chinese
	err := p.each(ctx, m, o, func(i int, answer string, picture []byte) error {
		decoded, _, err := image.Decode(bytes.NewReader(picture))
		if err != nil {
			return fmt.Errorf("sample: read a picture: %w", err)
		}
		if s == nil {
			if s, err = newSheet(o.number, decoded.Bounds().Size()); err != nil {
				return err
			}
		}
		caption := answer
		if numbered {
			caption = strconv.Itoa(i + 1)
			fmt.Fprintf(&labels, "%s\t%s\n", caption, answer)
		}
		s.add(i, caption, decoded)
		return nil
	})
	if err != nil {
		return err
	}
	if err := writePNG(o.sheet, s.image); err != nil {
		return fmt.Errorf("sample: %w", err)
	}
	fmt.Fprintln(p.Stdout, o.sheet)
	if !numbered {
		return nil
	}
	beside := labelsOf(o.sheet)
	if err := os.WriteFile(beside, labels.Bytes(), 0o640); err != nil { //nolint:gosec // beside the file that the command line names
		return fmt.Errorf("sample: %w", err)
	}
	fmt.Fprintln(p.Stdout, beside)
	return nil
}

// labelsOf names the file beside a sheet that has its answers: the number beneath a picture, a tab, the answer.
func labelsOf(sheet string) string {
	if ending := filepath.Ext(sheet); strings.EqualFold(ending, ".png") {
		sheet = strings.TrimSuffix(sheet, ending)
	}
	return sheet + ".tsv"
}

func writePNG(path string, picture image.Image) error {
	f, err := os.Create(path) //nolint:gosec // the file that the command line names
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, picture), f.Close())
}
