package template

import (
	"strings"

	"github.com/cattlegrid/cattlegrid"
)

// Fill returns what arrives of a message: the template's text, filled, behind its signature. It is "" if the text is not known.
func (t Template) Fill(r Rules, m cattlegrid.Message) string {
	if t.Text == "" {
		return ""
	}
	var filled strings.Builder
	if t.Signature != "" && !strings.HasPrefix(t.Text, "【") {
		filled.WriteString("【" + t.Signature + "】")
	}
	values, rest := t.Values(m), t.Text
	for i, p := range r.places(t.Text) {
		v := r.variable(t, i, p)
		if v < 0 {
			continue // it stays as it is
		}
		filled.WriteString(strings.TrimSuffix(rest, p.shown+p.after) + values[v].Text)
		rest = p.after
	}
	return filled.String() + rest
}
