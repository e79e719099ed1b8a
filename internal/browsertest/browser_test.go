package browsertest_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/internal/browsertest"
)

// serve answers every request with a page, under the policy that the site has.
func serve(t *testing.T, page string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'")
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Write([]byte("<!doctype html><html lang=en><title>page</title>" + page))
		case "/languages":
			w.Write([]byte(r.Header.Get("Accept-Language")))
		case "/throw.js":
			w.Header().Set("Content-Type", "text/javascript")
			w.Write([]byte(`throw new Error("thrown")`))
		case "/reject.js":
			w.Header().Set("Content-Type", "text/javascript")
			w.Write([]byte(`Promise.reject(new Error("rejected"))`))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// One browser serves all these tests, a page or more each.
func TestPage(t *testing.T) {
	t.Parallel()
	browser := browsertest.Start(t)
	for name, test := range map[string]func(*testing.T, *browsertest.Browser){
		"Complaints": testComplaints, "View": testView, "Until": testUntil, "Dialog": testDialog,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, browser)
		})
	}
}

// What a page does wrong fails the test that opened it, and what it does right does not.
func testComplaints(t *testing.T, browser *browsertest.Browser) {
	tests := []struct{ name, page, want string }{
		{"OK", `<p>nothing wrong</p><img src="/missing.png" alt="">`, ""},
		{"Exception", `<script src="/throw.js"></script>`, "thrown"},
		{"Rejection", `<script src="/reject.js"></script>`, "rejected"},
		{"InlineScript", `<script>1</script>`, "Content Security Policy"},
		{"InlineStyle", `<p style="color: red">red</p>`, "Content Security Policy"},
		{"ForeignPicture", `<img src="http://127.0.0.1:9/a.png" alt="">`, "Content Security Policy"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			url := serve(t, tt.page)
			got := watch(t, func(tb testing.TB) { browser.Open(tb, url, browsertest.View{}) })
			switch {
			case got.ended != "":
				t.Errorf("the test ended: %s", got.ended)
			case tt.want == "" && len(got.errors) > 0:
				t.Errorf("complaints: %v", got.errors)
			case !strings.Contains(strings.Join(got.errors, "\n"), tt.want):
				t.Errorf("complaints: %v, want one of %q", got.errors, tt.want)
			}
		})
	}
}

// A visitor sees the page as the view says, and visitors have nothing in common.
func testView(t *testing.T, browser *browsertest.Browser) {
	const seen = `[innerWidth, innerHeight, devicePixelRatio, matchMedia("(prefers-color-scheme: dark)").matches,
		matchMedia("(pointer: coarse)").matches, document.hasFocus()].join()`
	tests := []struct {
		name string
		view browsertest.View
		want string
	}{
		{"Zero", browsertest.View{}, "1280,800,1,false,false,true"},
		{"Phone", browsertest.View{Phone: true}, "360,740,2,false,true,true"},
		{"Dark", browsertest.View{Dark: true}, "1280,800,1,true,false,true"},
	}
	url := serve(t, `<meta name="viewport" content="width=device-width">`)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			page := browser.Open(t, url, tt.view)
			if got := page.Eval(seen); got != tt.want {
				t.Errorf("%+v is seen as %s, want %s", tt.view, got, tt.want)
			}
			if got := page.Eval(`[localStorage.length, localStorage.setItem("been", "here")][0]`); got != "0" {
				t.Error("another visitor has been here")
			}
		})
	}
	t.Run("Languages", func(t *testing.T) {
		t.Parallel()
		page := browser.Open(t, url, browsertest.View{Languages: "fr-CH,en"})
		got := page.Eval(`fetch("/languages").then((response) => response.text())`)
		if !strings.HasPrefix(got, "fr-CH,en;q=") || page.Eval("navigator.language") != "fr-CH" {
			t.Errorf("the languages are %q", got)
		}
	})
}

// A condition that comes true later is waited for.
func testUntil(t *testing.T, browser *browsertest.Browser) {
	page := browser.Open(t, serve(t, ""), browsertest.View{})
	page.Eval(`void setTimeout(() => { document.title = "later" }, 50)`)
	page.Until(`document.title === "later"`)
}

// Keys go where the focus is, and fields are found by their roles.
func testDialog(t *testing.T, browser *browsertest.Browser) {
	page := browser.Open(t, serve(t, `<button class="register_btn">open</button>
		<div id="register"><i data-role="frame" data-state="ready"></i><input data-role="phone" value="1"><input class="last"></div>`),
		browsertest.View{})
	register := page.Open("register")
	register.Fill("phone", "2")
	page.Type("3\t4")
	if got := register.Value("phone") + " " + page.Focus() + " " + page.Eval("document.activeElement.value"); got != "23 last 4" {
		t.Errorf("typed %q, want %q", got, "23 last 4")
	}
}

// Without a browser a test is skipped, but fails where nothing may be skipped; both say what to install.
func TestWithout(t *testing.T) {
	tests := []struct {
		name, variable, want string
	}{
		{"Skip", "", "skip"},
		{"CI", "CI", "fatal"},
		{"Require", "CATTLEGRID_TEST_REQUIRE", "fatal"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("PATH", t.TempDir())
			t.Setenv("CI", "")
			t.Setenv("CATTLEGRID_TEST_REQUIRE", "")
			if tt.variable != "" {
				t.Setenv(tt.variable, "true")
			}
			want := tt.want + ": Chromium is not installed; on Debian: apt-get install chromium"
			if got := watch(t, func(tb testing.TB) { browsertest.Start(tb) }); got.ended != want {
				t.Errorf("the test ended %q, want %q", got.ended, want)
			}
		})
	}
}

// A browser that does not start fails the test, wherever it runs.
func TestBroken(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "chromium"), []byte("#!/bin/sh\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	if got := watch(t, func(tb testing.TB) { browsertest.Start(tb) }); !strings.HasPrefix(got.ended, "fatal: start "+dir) {
		t.Errorf("the test ended %q, want it to say what did not start", got.ended)
	}
}
