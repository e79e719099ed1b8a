package captcha

import (
	"embed"
	"fmt"
	"strings"

	"golang.org/x/image/font/sfnt"
)

//go:embed fonts/latin/*.?tf fonts/han/*.?tf
var fontFiles embed.FS

// face is a typeface: the glyphs that a style can ask for.
type face struct {
	glyphs map[rune]*glyph
	small  map[rune]*glyph // the small forms of capitals that may have one
}

// glyph is a character's shape.
type glyph struct {
	solid outline
	core  outline // what is taken out of its strokes to draw it hollow
	line  outline // and to draw a line along the middle

	silhouette *profile // of solid
}

// faceNames lists the typefaces that can draw a kind.
func faceNames(kind Kind) ([]string, error) {
	directory := "fonts/latin"
	if kind == Chinese {
		directory = "fonts/han"
	}
	files, err := fontFiles.ReadDir(directory)
	if err != nil {
		return nil, fmt.Errorf("list fonts: %w", err)
	}
	names := make([]string, len(files))
	for i, file := range files {
		names[i] = directory + "/" + file.Name()
	}
	return names, nil
}

// drawable returns the characters that a text in the style may have.
func drawable(s *Style) string {
	switch s.Kind {
	case Arithmetic, Chinese:
		return alphabets[s.Kind]
	default:
		return digits + letters
	}
}

// loadFace flattens the outlines of the given characters.
func loadFace(name, characters string, d detail) (*face, error) {
	data, err := fontFiles.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	parsed, err := sfnt.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("parse font %s: %w", name, err)
	}
	var buf sfnt.Buffer
	frame, err := newFrame(parsed, &buf, characters, d)
	if err != nil {
		return nil, fmt.Errorf("measure font %s: %w", name, err)
	}
	f := &face{glyphs: map[rune]*glyph{}, small: map[rune]*glyph{}}
	for _, r := range characters {
		if f.glyphs[r], err = frame.glyph(r); err != nil {
			return nil, fmt.Errorf("load font %s: %w", name, err)
		}
		if strings.ContainsRune(smallForms, r) {
			if f.small[r], err = frame.glyph(r - 'A' + 'a'); err != nil {
				return nil, fmt.Errorf("load font %s: %w", name, err)
			}
		}
	}
	return f, nil
}
