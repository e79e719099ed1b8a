package web_test

import (
	"slices"
	"testing"

	"github.com/cattlegrid/cattlegrid/internal/browsertest"
)

// What the page does about answers that are lost, or that nobody knows.
func TestRepeat(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	for name, test := range map[string]func(*testing.T, *browsertest.Browser){"Lost": testLost, "Unsure": testUnsure} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, browser)
		})
	}
}

// A request whose answer is lost is made again under its name, until there is an answer. The next one has another name.
func testLost(t *testing.T, browser *browsertest.Browser) {
	api := &fakeAPI{}
	page := visit(t, browser, api, "en")
	register := fill(page, "later")
	register.UntilFocus("code")
	if keys := api.allKeys(); len(keys) != 3 || len(keys[0]) != 36 || keys[1] != keys[0] || keys[2] != keys[0] {
		t.Errorf("the request was made under the names %q, want one name, three times", keys)
	}
	fill(visit(t, browser, api, "en"), "right").UntilFocus("code")
	if keys := api.allKeys(); len(slices.Compact(keys)) != 2 {
		t.Errorf("names %q, want another one for another request", keys)
	}
}

// When nobody knows whether the message left, the visitor can enter a code that arrives.
func testUnsure(t *testing.T, browser *browsertest.Browser) {
	page := visit(t, browser, &fakeAPI{}, "en")
	register := fill(page, "unsure")
	register.UntilFocus("code")
	register.UntilText("status", "The SMS may come late. When the code is there, enter it here; if it does not come, get another one when the time is up.")
	register.Fill("code", goodCode+"\r")
	register.UntilText("status", "")
}

func (f *fakeAPI) allKeys() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.keys)
}
