package wire_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// A request carries the JSON that its maker may sign; what cannot be one is refused without being told.
func TestPostJSON(t *testing.T) {
	t.Parallel()
	req, body, err := wire.PostJSON(t.Context(), "https://sms.example.com/send?a=b", map[string]string{"code": "914873"})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := io.ReadAll(req.Body)
	const want = `{"code":"914873"}`
	if err != nil || string(sent) != want || string(body) != want || req.ContentLength != int64(len(want)) {
		t.Errorf("sends %q of %d bytes, signs %q, %v; want %q", sent, req.ContentLength, body, err, want)
	}
	if req.Method != http.MethodPost || req.URL.String() != "https://sms.example.com/send?a=b" || req.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%s %s of %s", req.Method, req.URL, req.Header.Get("Content-Type"))
	}
	for target, value := range map[string]any{"https://sms.example.com": map[string]any{"914873": make(chan int)}, "https://914873.\x7f": "914873"} {
		if _, _, err := wire.PostJSON(t.Context(), target, value); err == nil || strings.Contains(err.Error(), "914873") {
			t.Errorf("PostJSON: %v, want an error that tells nothing", err)
		}
	}
}
