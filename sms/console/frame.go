package console

import (
	"strings"
	"unicode"

	"github.com/cattlegrid/cattlegrid"
)

// frame draws a message. It has no right edge, since nobody knows how wide a terminal draws Chinese.
func frame(m cattlegrid.Message) string {
	var b strings.Builder
	b.WriteString("┌ SMS to " + m.To.E164() + "\n")
	for line := range strings.SplitSeq(m.Text, "\n") {
		b.WriteString("│ " + strings.Map(visible, line) + "\n")
	}
	b.WriteString("└\n")
	return b.String()
}

// visible replaces what a terminal would obey instead of print.
func visible(r rune) rune {
	if unicode.IsControl(r) {
		return unicode.ReplacementChar
	}
	return r
}
