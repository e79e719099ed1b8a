package main

import "testing"

// Columns stand beneath each other on a terminal, where a Chinese character takes two places.
func TestColumns(t *testing.T) {
	table := columns{{"id", "signature", "text"}, {"SMS_1", "示例网（中国）", "한국어 カタカナ"}, {"2", "Exämple’s"}}
	const want = `   id     signature       text
   SMS_1  示例网（中国）  한국어 カタカナ
   2      Exämple’s
`
	if got := table.String(); got != want {
		t.Errorf("table is\n%swant\n%s", got, want)
	}
	for text, want := range map[string]int{"": 0, "abc": 3, "’": 1, "码": 2, "【】": 4, "，": 2, "ｱ": 2} {
		if got := width(text); got != want {
			t.Errorf("width of %q is %d, want %d", text, got, want)
		}
	}
}
