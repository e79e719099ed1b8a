package httpapi_test

import (
	"bytes"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/web"
)

// The page is in the language that the browser asks for, and caches know it.
func TestPage(t *testing.T) {
	for accept, lang := range map[string]string{"": "zh", "zh-CN": "zh", "en-US,en;q=0.5": "en"} {
		t.Run(lang+accept, func(t *testing.T) {
			w := open(t).do(call{method: http.MethodGet, path: "/", header: map[string]string{"Accept-Language": accept}})
			header := w.Header()
			if header.Get("Vary") != "Accept-Language" || header.Get("Content-Language") != lang ||
				header.Get("Content-Type") != "text/html; charset=utf-8" || header.Get("Cache-Control") != "no-cache" {
				t.Errorf("got header %v, want HTML in %s that varies with Accept-Language", header, lang)
			}
			if w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), web.Page(web.View{Lang: lang})) {
				t.Errorf("got %d and %d bytes, want the page in %s", w.Code, w.Body.Len(), lang)
			}
		})
	}
	t.Run("kind", func(t *testing.T) {
		if w := open(t, inChinese).get("/"); !bytes.Equal(w.Body.Bytes(), web.Page(web.View{Lang: "zh", Kind: "chinese"})) {
			t.Error("the page is not one for answers in Chinese")
		}
	})
	t.Run("development", func(t *testing.T) {
		if w := open(t, withInbox).get("/"); !bytes.Equal(w.Body.Bytes(), web.Page(web.View{Lang: "zh", Dev: true})) {
			t.Error("the page has no inbox")
		}
	})
}

// Every file of the page is served as what it is, and only once.
func TestAssets(t *testing.T) {
	s := open(t)
	err := fs.WalkDir(web.Assets(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(web.Assets(), name)
		if err != nil {
			return err
		}
		w := s.get("/assets/" + name)
		header := w.Header()
		if w.Code != http.StatusOK || !bytes.Equal(w.Body.Bytes(), content) {
			t.Errorf("%s: got %d and %d bytes, want the file", name, w.Code, w.Body.Len())
		}
		if header.Get("Content-Type") == "" || header.Get("Cache-Control") != "no-cache" || header.Get("ETag") == "" {
			t.Errorf("%s: got header %v, want a type, a tag, and to be asked again", name, header)
		}
		w = s.do(call{method: http.MethodGet, path: "/assets/" + name, header: map[string]string{"If-None-Match": header.Get("ETag")}})
		if w.Code != http.StatusNotModified || w.Body.Len() > 0 {
			t.Errorf("%s: asked again, got %d and %d bytes, want 304 and none", name, w.Code, w.Body.Len())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Browsers refuse a script or a style sheet of another type.
func TestAssetTypes(t *testing.T) {
	s := open(t)
	for name, want := range map[string]string{
		"js/main.js": "text/javascript; charset=utf-8", "css/base.css": "text/css; charset=utf-8",
		"icons/cattlegrid.svg": "image/svg+xml", "locales/zh.json": "application/json",
	} {
		if got := s.get("/assets/" + name).Header().Get("Content-Type"); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// All that the page refers to is there.
func TestPageReferences(t *testing.T) {
	s := open(t)
	for _, lang := range []string{"zh", "en"} {
		for part := range strings.SplitSeq(string(web.Page(web.View{Lang: lang, Dev: true})), `"/assets/`) {
			name, _, quoted := strings.Cut(part, `"`)
			if !quoted || strings.Contains(name, "<") {
				continue // what stands before the first reference
			}
			if w := s.get("/assets/" + name); w.Code != http.StatusOK {
				t.Errorf("the page in %s refers to /assets/%s: got %d", lang, name, w.Code)
			}
		}
	}
}
