package cattlegrid_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// docs/dependencies.md has every module that go.mod requires directly, and no others.
func TestDependencies(t *testing.T) {
	read := func(name string) string {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	modules := func(text, pattern string) (modules []string) {
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
			modules = append(modules, m[1])
		}
		slices.Sort(modules)
		return slices.Compact(modules)
	}
	required := modules(read("go.mod"), `(?m)^\t(\S+) v\S+$`)
	listed := modules(read("docs/dependencies.md"), `((?:[a-z.]+\.(?:com|org|net|io))/[\w./-]+\w)`)
	if diff := cmp.Diff(required, listed); diff != "" {
		t.Errorf("dependencies (-go.mod +docs/dependencies.md):\n%s", diff)
	}
}

// Every line of Go in the READMEs stands in the example program, which is compiled and tested.
func TestReadmeCode(t *testing.T) {
	program, err := os.ReadFile("examples/embed/main.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, code, _ := strings.Cut(string(text), "```go\n")
		code, _, _ = strings.Cut(code, "```")
		if code == "" {
			t.Errorf("%s has no Go", name)
		}
		for line := range strings.Lines(code) {
			if line = strings.TrimSpace(line); line != "…" && !strings.Contains(string(program), line) {
				t.Errorf("%s shows a line that examples/embed does not have: %s", name, line)
			}
		}
	}
}
