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

// View says what a page is like. Each field has a few values; any other means the first.
type View struct {
	Lang string // "zh" or "en"
	Kind string // what challenges ask for: "letters", "digits", "arithmetic" or "chinese"
	Dev  bool   // whether it has the development panel, which asks /dev/inbox for the last message sent
}

// The kinds of challenges, as [View] spells them.
const (
	letters    = "letters"
	digits     = "digits"
	arithmetic = "arithmetic"
	han        = "chinese"
)

// pages renders each of the few pages there are at its first use. Templates and texts are embedded, so an error here is a
// mistake in this package, which its tests meet before anybody else does.
var pages = func() map[View]func() []byte {
	pages := make(map[View]func() []byte)
	for _, lang := range []string{chinese, english} {
		for _, kind := range []string{letters, digits, arithmetic, han} {
			for _, dev := range []bool{false, true} {
				v := View{Lang: lang, Kind: kind, Dev: dev}
				pages[v] = sync.OnceValue(func() []byte {
					page, err := render(v)
					if err != nil {
						panic("web: " + err.Error())
					}
					return page
				})
			}
		}
	}
	return pages
}()

// Page returns the page that a view describes. It is rendered once: a call is a look-up, and the result is shared, so it
// must not be modified.
func Page(v View) []byte {
	if v.Lang != english {
		v.Lang = chinese
	}
	if v.Kind != digits && v.Kind != arithmetic && v.Kind != han {
		v.Kind = letters
	}
	return pages[v]()
}

func render(v View) ([]byte, error) {
	tree, err := template.ParseFS(templates, "static/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse page: %w", err)
	}
	texts, err := readTexts(v.Lang)
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	if err := tree.ExecuteTemplate(&page, "index.html", view{View: v, texts: texts}); err != nil {
		return nil, fmt.Errorf("render page in %q: %w", v.Lang, err)
	}
	return page.Bytes(), nil
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
	View

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

// K returns the text for a key that has one for each kind of challenge.
func (v view) K(key string) (string, error) { return v.T(key + "_" + v.Kind) }

// Spoken tells whether challenges can be listened to: Chinese characters that sound alike are many.
func (v view) Spoken() bool { return v.Kind != han }

// Picked tells whether an answer can be picked from candidates.
func (v view) Picked() bool { return v.Kind == han }

// Numeric tells whether an answer has digits only, for devices with a keyboard of their own for them.
func (v view) Numeric() bool { return v.Kind == digits || v.Kind == arithmetic }

// For returns the view of the dialog with a purpose.
func (v view) For(purpose string) view {
	v.Purpose = purpose
	return v
}
