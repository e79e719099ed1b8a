package captcha

import (
	"embed"
	"fmt"

	"golang.org/x/image/font/sfnt"
)

//go:embed fonts/*.ttf fonts/*.otf
var fontFiles embed.FS

// glyphs is the number of characters that every font has: 0-9, then A-Z.
const glyphs = 10 + 26

// glyphIndex returns a character's place in a font, or -1 if it has none.
func glyphIndex(r rune) int {
	switch {
	case '0' <= r && r <= '9':
		return int(r - '0')
	case 'A' <= r && r <= 'Z':
		return int(r-'A') + 10
	default:
		return -1
	}
}

// font is a set of outlines, one for each character.
type font [glyphs]outline

// loadFonts flattens all the outlines of the embedded fonts.
func loadFonts() ([]font, error) {
	files, err := fontFiles.ReadDir("fonts")
	if err != nil {
		return nil, fmt.Errorf("list fonts: %w", err)
	}
	all := make([]font, len(files))
	for i, file := range files {
		data, err := fontFiles.ReadFile("fonts/" + file.Name())
		if err != nil {
			return nil, fmt.Errorf("read font: %w", err)
		}
		parsed, err := sfnt.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("parse font %s: %w", file.Name(), err)
		}
		if err := all[i].load(parsed); err != nil {
			return nil, fmt.Errorf("load font %s: %w", file.Name(), err)
		}
	}
	return all, nil
}
