package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The table stands between the markers, the runs of one scenario together, and the rest of the page as it was.
func TestWrite(t *testing.T) {
	page := filepath.Join(t.TempDir(), "guard.md")
	if err := os.WriteFile(page, []byte("before\n"+begin+"old\n"+end+"\nafter\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	results := `{"name":"20-home a=2","attempts":7,"fraud_sms_total":3,"fraud_sms_per_hour":1.25,"worst_hour":2,"contained_after_s":-1,"legit_pass":0.5,"legit_pass_during_attack":0.25}
{"name":"10-quiet","legit_pass":1}
{"name":"20-home a=1","attempts":7,"contained_after_s":90,"legit_pass":1,"legit_pass_during_attack":1}
`
	if err := write(page, strings.NewReader(results)); err != nil {
		t.Fatalf("write: %v", err)
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	const want = `
| 10-quiet |  |  |  |  |  | 100.0 % |  | 0.0 % |
| 20-home a=2 | 7 | 3 | 1.2 | 2 | **never** | 50.0 % | 25.0 % | 0.0 % |
| 20-home a=1 | 7 | 0 | 0.0 | 0 | 90 s | 100.0 % | 100.0 % | 0.0 % |
`
	if text := string(got); !strings.HasPrefix(text, "before\n"+begin+"| run |") || !strings.Contains(text, want) || !strings.HasSuffix(text, end+"\nafter\n") {
		t.Errorf("the page is now\n%s", text)
	}
	for name, results := range map[string]string{"Nothing": "", "Junk": "{"} {
		if err := write(page, strings.NewReader(results)); err == nil {
			t.Errorf("%s was taken for results", name)
		}
	}
	if err := os.WriteFile(page, []byte("no markers"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := write(page, strings.NewReader(results)); err == nil {
		t.Error("a page without markers was written")
	}
}
