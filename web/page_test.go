package web_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/web"
)

// everyPage runs a test on each page there is.
func everyPage(t *testing.T, test func(t *testing.T, page []element, view web.View)) {
	t.Helper()
	for _, lang := range []string{"zh", "en"} {
		for _, kind := range []string{"letters", "digits", "arithmetic", "chinese"} {
			for _, dev := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%s/dev=%t", lang, kind, dev), func(t *testing.T) {
					t.Parallel()
					view := web.View{Lang: lang, Kind: kind, Dev: dev}
					test(t, elements(t, web.Page(view)), view)
				})
			}
		}
	}
}

// A page says its language, and an unknown language is Chinese.
func TestPageLanguage(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{"zh": "zh", "en": "en", "": "zh", "fr": "zh"} {
		if got := elements(t, web.Page(web.View{Lang: lang}))[0].attr["lang"]; got != want {
			t.Errorf("Page(%q) has lang %q, want %q", lang, got, want)
		}
	}
	if bytes.Equal(web.Page(web.View{Lang: "zh"}), web.Page(web.View{Lang: "en"})) {
		t.Error("the pages of both languages are equal")
	}
}

// Nothing in a page needs more than Content-Security-Policy "default-src 'self'; media-src blob:; form-action 'self'".
func TestPageStrictPolicy(t *testing.T) {
	t.Parallel()
	everyPage(t, func(t *testing.T, page []element, _ web.View) {
		for _, e := range page {
			if e.name == "style" || e.name == "base" || e.name == "iframe" || e.name == "object" {
				t.Errorf("there is a %s element", e.name)
			}
			if e.name == "script" && (e.attr["src"] == "" || strings.TrimSpace(e.text) != "") {
				t.Errorf("there is an inline script: %q", e.text)
			}
			if e.name == "form" && e.attr["method"] != "dialog" {
				t.Errorf("form %v can navigate with what is typed in it", e.attr)
			}
			for name, value := range e.attr {
				if name == "style" || strings.HasPrefix(name, "on") {
					t.Errorf("%s has attribute %s=%q", e.name, name, value)
				}
				loads := e.name != "a" && (name == "src" || name == "href" || name == "srcset")
				if loads && !strings.HasPrefix(value, "/assets/") && !strings.HasPrefix(value, "#") {
					t.Errorf("%s loads %q, which is not an asset", e.name, value)
				}
			}
		}
	})
}

// Every asset that a page names exists, and the scripts it preloads are those that it will import.
func TestPageAssets(t *testing.T) {
	t.Parallel()
	everyPage(t, func(t *testing.T, page []element, _ web.View) {
		var preloaded []string
		for _, e := range page {
			for _, address := range []string{e.attr["src"], e.attr["href"]} {
				name, ok := strings.CutPrefix(address, "/assets/")
				if ok && web.ETag(name) == "" {
					t.Errorf("%s names %q, which does not exist", e.name, address)
				}
			}
			if e.attr["rel"] == "modulepreload" {
				preloaded = append(preloaded, strings.TrimPrefix(e.attr["href"], "/assets/js/"))
			}
		}
		scripts, err := fs.Glob(web.Assets(), "js/*.js")
		if err != nil {
			t.Fatal(err)
		}
		for _, script := range scripts {
			name := strings.TrimPrefix(script, "js/")
			// The entry, what only the development panel imports, and what is a worker's.
			late := name == "main.js" || name == "inbox.js" || name == "solver.js"
			if slices.Contains(preloaded, name) == late {
				t.Errorf("script %s: preloaded %t, want %t", name, late, !late)
			}
		}
	})
}

// The development panel is in the page only when it is asked for, style sheet and words included.
func TestPageDevelopment(t *testing.T) {
	t.Parallel()
	everyPage(t, func(t *testing.T, page []element, view web.View) {
		for _, purpose := range []string{"register", "login"} {
			for _, name := range []string{"inbox", "inbox-code", "inbox-fill"} {
				if got := hasRole(page, purpose, name); got != view.Dev {
					t.Errorf("%s dialog has %s: %t, want %t", purpose, name, got, view.Dev)
				}
			}
		}
	})
	for _, lang := range []string{"zh", "en"} {
		if bytes.Contains(web.Page(web.View{Lang: lang}), []byte("inbox")) {
			t.Errorf("the page in %q mentions the inbox outside development mode", lang)
		}
	}
}

// The field for the answer fits what is asked for, in words and in the keyboard that devices show; an unknown kind is that
// of letters.
func TestPageKind(t *testing.T) {
	t.Parallel()
	want := map[string]struct {
		inputmode, label, example string
		spoken, picked            bool
	}{
		"letters":    {"", "Characters in the picture", "Type what you see", true, false},
		"digits":     {"numeric", "Digits in the picture", "Type the digits", true, false},
		"arithmetic": {"numeric", "Result of the sum", "Type the result", true, false},
		"chinese":    {"", "Chinese characters in the picture", "Type or tap them", false, true},
		"riddles":    {"", "Characters in the picture", "Type what you see", true, false},
	}
	for kind, want := range want {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			page := elements(t, web.Page(web.View{Lang: "en", Kind: kind}))
			for _, e := range page {
				if e.attr["for"] == "register-answer" && e.text != want.label {
					t.Errorf("the label is %q, want %q", e.text, want.label)
				}
				if e.attr["id"] == "register-answer" && (e.attr["inputmode"] != want.inputmode || e.attr["placeholder"] != want.example) {
					t.Errorf("the field has %v, want inputmode %q and example %q", e.attr, want.inputmode, want.example)
				}
			}
			for _, purpose := range []string{"register", "login"} {
				for role, want := range map[string]bool{
					"listen": want.spoken, "speech": want.spoken, "candidates": want.picked, "erase": want.picked,
				} {
					if got := hasRole(page, purpose, role); got != want {
						t.Errorf("%s dialog has %s: %t, want %t", purpose, role, got, want)
					}
				}
			}
		})
	}
}

// Both dialogs hold the whole form and the end, under the names that scripts and the tutorial's pages rely on.
func TestPageNames(t *testing.T) {
	t.Parallel()
	everyPage(t, func(t *testing.T, page []element, _ web.View) {
		roles := []string{
			"phone", "answer", "picture", "refresh", "send", "code", "submit", "status", "verified", "claims", "proof",
			"phone-error", "answer-error", "picture-error", "code-error", "close", "copy", "done",
			"puzzle", "alone", "work-note", "work-bar", "work-text",
		}
		for _, purpose := range []string{"register", "login"} {
			for _, name := range roles {
				if !hasRole(page, purpose, name) {
					t.Errorf("%s dialog has no %s", purpose, name)
				}
			}
		}
		for class, want := range map[string]string{
			"register_btn": "button", "login_btn": "button", "to_register": "button", "to_login": "button",
			"register_form_con": "dialog", "login_form_con": "dialog", "get_pic_code": "img",
		} {
			if i := slices.IndexFunc(page, func(e element) bool { return e.hasClass(class) }); i < 0 || page[i].name != want {
				t.Errorf("no %s has class %s", want, class)
			}
		}
	})
}

// Each id is given once, each reference to one leads somewhere, and each field has a label and the browser's hints.
func TestPageAccessible(t *testing.T) {
	t.Parallel()
	hints := map[string]map[string]string{
		"phone":  {"type": "tel", "autocomplete": "tel"},
		"answer": {"type": "text", "autocomplete": "off"},
		"code":   {"type": "text", "inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "6"},
	}
	everyPage(t, func(t *testing.T, page []element, _ web.View) {
		ids, labelled := map[string]bool{}, map[string]bool{}
		for _, e := range page {
			if id := e.attr["id"]; id != "" {
				if ids[id] {
					t.Errorf("id %q is given twice", id)
				}
				ids[id] = true
			}
			if e.name == "label" {
				labelled[e.attr["for"]] = true
			}
		}
		for _, e := range page {
			references := strings.FieldsSeq(e.attr["for"] + " " + e.attr["aria-labelledby"] + " " + e.attr["aria-describedby"])
			for id := range references {
				if !ids[id] {
					t.Errorf("%s refers to %q, which does not exist", e.name, id)
				}
			}
			if (e.name == "input" || e.name == "textarea") && !labelled[e.attr["id"]] {
				t.Errorf("%s %q has no label", e.name, e.attr["id"])
			}
			if e.name == "img" && e.attr["alt"] == "" {
				t.Errorf("a picture of the %s dialog has no words", e.dialog)
			}
			for name, want := range hints[e.attr["data-role"]] {
				if got := e.attr[name]; got != want {
					t.Errorf("%s field has %s=%q, want %q", e.attr["data-role"], name, got, want)
				}
			}
		}
	})
}

// element is one element of a page, in the order of their start tags.
type element struct {
	name   string
	attr   map[string]string
	text   string // The text directly after the start tag.
	dialog string // The purpose of the dialog around it, "" outside.
}

func (e element) hasClass(class string) bool {
	return slices.Contains(strings.Fields(e.attr["class"]), class)
}

func hasRole(page []element, purpose, role string) bool {
	return slices.ContainsFunc(page, func(e element) bool { return e.dialog == purpose && e.attr["data-role"] == role })
}

// elements reads a page, whose elements are all closed as HTML asks.
func elements(t *testing.T, page []byte) []element {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(page))
	decoder.Strict = false
	decoder.AutoClose = xml.HTMLAutoClose
	decoder.Entity = xml.HTMLEntity
	var all []element
	dialog, fresh := "", false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("read page: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attr: map[string]string{}}
			for _, attr := range token.Attr {
				e.attr[attr.Name.Local] = attr.Value
			}
			if e.name == "dialog" {
				dialog = e.attr["data-purpose"]
			}
			e.dialog = dialog
			all, fresh = append(all, e), true
		case xml.CharData:
			if fresh {
				all[len(all)-1].text = string(token)
			}
			fresh = false
		case xml.EndElement:
			if token.Name.Local == "dialog" {
				dialog = ""
			}
			fresh = false
		}
	}
}
