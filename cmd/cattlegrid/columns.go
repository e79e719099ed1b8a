package main

import (
	"strings"
	"unicode"
)

// columns is a table of text whose columns stand beneath each other, Chinese ones too.
type columns [][]string

// String returns the table, indented.
func (c columns) String() string {
	var widths []int
	for _, row := range c {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], width(cell))
		}
	}
	var b strings.Builder
	for _, row := range c {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString("  " + cell + strings.Repeat(" ", widths[i]-width(cell)))
		}
		b.WriteString(strings.TrimRight(" "+line.String(), " ") + "\n")
	}
	return b.String()
}

// width is how many columns of a terminal a text takes.
func width(text string) int {
	n := 0
	for _, r := range text {
		n++
		if unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303F || r >= 0xFF01 && r <= 0xFF60 {
			n++
		}
	}
	return n
}
