package web

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"sync"
)

//go:embed static/art.html static/dialog.html static/index.html
var templates embed.FS

// variant names one of the few pages there are.
type variant struct {
	lang string
	dev  bool
}

// pages holds every variant, rendered at first use. Templates and texts are embedded, so an error here is a mistake in
// this package, which its tests meet before anybody else does.
var pages = sync.OnceValue(func() map[variant][]byte {
	pages, err := renderAll()
	if err != nil {
		panic("web: " + err.Error())
	}
	return pages
})

// Page renders the page for a language, "zh" or "en"; any other means "zh". With dev it holds the development panel,
// which asks /dev/inbox for the last message sent. All variants are rendered once: a call is a look-up, and the
// result is shared, so it must not be modified.
func Page(lang string, dev bool) []byte {
	if lang != english {
		lang = chinese
	}
	return pages()[variant{lang, dev}]
}

func renderAll() (map[variant][]byte, error) {
	tree, err := template.ParseFS(templates, "static/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse page: %w", err)
	}
	pages := make(map[variant][]byte)
	for _, lang := range []string{chinese, english} {
		texts, err := readTexts(lang)
		if err != nil {
			return nil, err
		}
		for _, dev := range []bool{false, true} {
			var page bytes.Buffer
			data := view{Lang: lang, Dev: dev, texts: texts}
			if err := tree.ExecuteTemplate(&page, "index.html", data); err != nil {
				return nil, fmt.Errorf("render page in %q: %w", lang, err)
			}
			pages[variant{lang, dev}] = page.Bytes()
		}
	}
	return pages, nil
}

// readTexts reads the texts of a language from the same file that the scripts fetch.
func readTexts(lang string) (map[string]string, error) {
	content, err := fs.ReadFile(Assets(), "locales/"+lang+".json")
	if err != nil {
		return nil, fmt.Errorf("read texts: %w", err)
	}
	var texts map[string]string
	if err := json.Unmarshal(content, &texts); err != nil {
		return nil, fmt.Errorf("read texts in %q: %w", lang, err)
	}
	return texts, nil
}

// view is what the templates see.
type view struct {
	Lang    string
	Dev     bool
	Purpose string // What the dialog that is being rendered is for.
	texts   map[string]string
}

// T returns the text for a key. An unknown key ends the rendering.
func (v view) T(key string) (string, error) {
	text, ok := v.texts[key]
	if !ok {
		return "", fmt.Errorf("no text %q in %q", key, v.Lang)
	}
	return text, nil
}

// For returns the view of the dialog with a purpose.
func (v view) For(purpose string) view {
	v.Purpose = purpose
	return v
}
