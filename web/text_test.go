package web_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/web"
)

// Both languages have the same keys, the same values to fill in, and no empty text.
func TestTextsMatch(t *testing.T) {
	t.Parallel()
	chinese, english := texts(t, "zh"), texts(t, "en")
	if diff := cmp.Diff(sortedKeys(chinese), sortedKeys(english)); diff != "" {
		t.Errorf("keys (-zh +en):\n%s", diff)
	}
	for key := range chinese {
		if diff := cmp.Diff(values(chinese[key]), values(english[key])); diff != "" {
			t.Errorf("values in %q (-zh +en):\n%s", key, diff)
		}
		if chinese[key] == "" || english[key] == "" {
			t.Errorf("text %q is empty", key)
		}
	}
}

// Every key that a template or a script names exists, and every key that exists is named.
func TestTextsUsed(t *testing.T) {
	t.Parallel()
	known := texts(t, "en")
	used := map[string][]string{}
	collect := func(files fs.FS, pattern string, keys *regexp.Regexp) {
		for name, content := range contents(t, files, pattern) {
			for _, match := range keys.FindAllStringSubmatch(content, -1) {
				used[match[1]] = append(used[match[1]], name)
			}
		}
	}
	collect(os.DirFS("static"), "*.html", regexp.MustCompile(`\.T "([^"]*)"`))
	for _, content := range contents(t, os.DirFS("static"), "*.html") {
		for _, match := range regexp.MustCompile(`\.K "([^"]*)"`).FindAllStringSubmatch(content, -1) {
			for _, kind := range []string{"letters", "digits", "arithmetic", "chinese"} {
				key := match[1] + "_" + kind
				used[key] = append(used[key], "a template")
			}
		}
	}
	collect(web.Assets(), "js/*.js", regexp.MustCompile(`"([a-z]+\.[a-z_]+)"`))
	for key, files := range used {
		if known[key] == "" {
			t.Errorf("%s names text %q, which does not exist", files[0], key)
		}
	}
	for key := range known {
		if used[key] == nil {
			t.Errorf("text %q is not used", key)
		}
	}
}

// What a visitor can meet has words of its own, or does something to the form: every problem in docs/problems.md but those
// that only a broken page meets or none, and the unexpected.
func TestProblemsWorded(t *testing.T) {
	t.Parallel()
	message := contents(t, web.Assets(), "js/message.js")["message.js"]
	document := contents(t, os.DirFS("../docs"), "problems.md")["problems.md"]
	rows := regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| \\d+ \\| .* \\| (.*) \\|$").FindAllStringSubmatch(document, -1)
	if len(rows) < 10 {
		t.Fatalf("%d problems found in docs/problems.md", len(rows))
	}
	for _, row := range rows {
		slug, page := row[1], row[2]
		if page == "is broken" || page == "is not told" || slug == "internal" {
			continue
		}
		if !strings.Contains(message, `"`+slug+`"`) {
			t.Errorf("message.js has no words for %s, on which a page %s", slug, page)
		}
	}
}

func texts(t *testing.T, lang string) map[string]string {
	t.Helper()
	content, err := fs.ReadFile(web.Assets(), "locales/"+lang+".json")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]string
	if err := json.Unmarshal(content, &texts); err != nil {
		t.Fatalf("texts in %q: %v", lang, err)
	}
	if pairs := strings.Count(string(content), `": "`); pairs != len(texts) {
		t.Errorf("texts in %q: %d lines for %d keys: one is there twice", lang, pairs, len(texts))
	}
	return texts
}

// values are the names between braces in a text.
func values(text string) []string {
	names := regexp.MustCompile(`\{\w+\}`).FindAllString(text, -1)
	slices.Sort(names)
	return names
}

func sortedKeys(texts map[string]string) []string {
	return slices.Sorted(maps.Keys(texts))
}

// contents reads the files that match a pattern. A pattern without a match is a mistake in the test.
func contents(t *testing.T, files fs.FS, pattern string) map[string]string {
	t.Helper()
	names, err := fs.Glob(files, pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("glob %q: %d files, %v", pattern, len(names), err)
	}
	found := map[string]string{}
	for _, name := range names {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		found[path.Base(name)] = string(content)
	}
	return found
}
