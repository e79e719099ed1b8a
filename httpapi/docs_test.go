package httpapi_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/httpapi"
)

// docs/openapi.yaml has every route, and no others.
func TestOpenAPIRoutes(t *testing.T) {
	routes := httpapi.Routes()
	want := make([]string, 0, len(routes))
	for _, route := range routes {
		path := strings.NewReplacer("{$}", "", "...}", "}").Replace(route[1])
		want = append(want, route[0]+" "+path)
	}
	_, paths, _ := strings.Cut(read(t, "../docs/openapi.yaml"), "\npaths:\n")
	paths, _, _ = strings.Cut(paths, "\ncomponents:\n")
	var got []string
	var path string
	for line := range strings.Lines(paths) {
		key, isKey := strings.CutSuffix(strings.TrimSpace(line), ":")
		switch indent := len(line) - len(strings.TrimLeft(line, " ")); {
		case isKey && indent == 2:
			path = key
		case isKey && indent == 4:
			got = append(got, strings.ToUpper(key)+" "+path)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("routes (-routes.go +openapi.yaml):\n%s", diff)
	}
}

// Both documents have every problem and every errno that there can be, and no others.
func TestDocumentedRefusals(t *testing.T) {
	slugs := httpapi.Slugs()
	errnos := httpapi.Errnos()

	t.Run("openapi.yaml", func(t *testing.T) {
		text := read(t, "../docs/openapi.yaml")
		got := matches(text, `- urn:cattlegrid:problem:([a-z-]+)\n`)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(slugs)), got); diff != "" {
			t.Errorf("problems (-refusal.go +openapi.yaml):\n%s", diff)
		}
		enum := regexp.MustCompile(`(?s)errno:\n.*?enum: \[(.*?)\]`).FindStringSubmatch(text)
		if diff := cmp.Diff(errnos, matches(enum[1], `"(\d+)"`)); diff != "" {
			t.Errorf("errnos (-refusal.go +openapi.yaml):\n%s", diff)
		}
	})
	t.Run("problems.md", func(t *testing.T) {
		text := read(t, "../docs/problems.md")
		got := map[string]int{}
		for _, row := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| (\\d+) \\|").FindAllStringSubmatch(text, -1) {
			got[row[1]], _ = strconv.Atoi(row[2])
		}
		if diff := cmp.Diff(slugs, got); diff != "" {
			t.Errorf("problems (-refusal.go +problems.md):\n%s", diff)
		}
		if diff := cmp.Diff(errnos, matches(text, "(?m)^\\| `(\\d+)` \\|")); diff != "" {
			t.Errorf("errnos (-refusal.go +problems.md):\n%s", diff)
		}
	})
}

// matches returns what the pattern's group finds, sorted, each once.
func matches(text, pattern string) []string {
	all := regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1)
	found := make([]string, 0, len(all))
	for _, match := range all {
		found = append(found, match[1])
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
