package web_test

import (
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"path"
	"regexp"
	"testing"

	"github.com/cattlegrid/cattlegrid/web"
)

// A tag depends on the content alone, so that replicas and restarts agree on it; no file, no tag.
func TestETag(t *testing.T) {
	t.Parallel()
	owner := map[string]string{}
	err := fs.WalkDir(web.Assets(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(web.Assets(), name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		want := `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
		got := web.ETag(name)
		if got != want {
			t.Errorf("ETag(%q) = %s, want %s", name, got, want)
		}
		if owner[got] != "" {
			t.Errorf("%s and %s are the same file", name, owner[got])
		}
		owner[got] = name
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "js", "js/none.js", "/js/main.js", "../page.go", "index.html"} {
		if got := web.ETag(name); got != "" {
			t.Errorf("ETag(%q) = %s, want none", name, got)
		}
	}
}

// Only files that a browser needs are served: no template, nothing hidden.
func TestAssetsKinds(t *testing.T) {
	t.Parallel()
	kinds := map[string]string{"css": ".css", "js": ".js", "locales": ".json", "icons": ".svg"}
	err := fs.WalkDir(web.Assets(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if want := kinds[path.Dir(name)]; want == "" || path.Ext(name) != want {
			t.Errorf("unexpected asset %s", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Scripts and styles keep within the policy of the page, leave nothing behind in the browser, and talk to no other host.
func TestAssetsStrictPolicy(t *testing.T) {
	t.Parallel()
	forbidden := map[string]*regexp.Regexp{
		"js/*.js": regexp.MustCompile(
			`\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\.style\b|setAttribute\("style|` +
				`document\.cookie|localStorage|sessionStorage|indexedDB|importScripts|https?://|"//`),
		"css/*.css": regexp.MustCompile(`@import|url\(|expression\(|https?://`),
	}
	for pattern, bad := range forbidden {
		for name, content := range contents(t, web.Assets(), pattern) {
			if found := bad.FindString(content); found != "" {
				t.Errorf("%s contains %q", name, found)
			}
			for _, worker := range regexp.MustCompile(`new (?:Shared)?Worker.*`).FindAllString(content, -1) {
				if worker != `new Worker("/assets/js/solver.js");` {
					t.Errorf("%s has %q", name, worker)
				}
			}
		}
	}
}
