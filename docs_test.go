package cattlegrid_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid/sms/fake"
)

// docs/dependencies.md has every module that go.mod requires directly, and no others.
func TestDependencies(t *testing.T) {
	modules := func(text, pattern string) (modules []string) {
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
			modules = append(modules, m[1])
		}
		slices.Sort(modules)
		return slices.Compact(modules)
	}
	required := modules(readFile(t, "go.mod"), `(?m)^\t(\S+) v\S+$`)
	listed := modules(readFile(t, "docs/dependencies.md"), `((?:[a-z.]+\.(?:com|org|net|io))/[\w./-]+\w)`)
	if diff := cmp.Diff(required, listed); diff != "" {
		t.Errorf("dependencies (-go.mod +docs/dependencies.md):\n%s", diff)
	}
}

// Whoever pastes the commands that make a load sees its outcome and not the gate's log, and has stopped the gate at the end.
func TestLoadCommands(t *testing.T) {
	want := []string{
		"CATTLEGRID_HTTP_TRUSTED_PROXIES=127.0.0.1 cattlegrid serve -dev > gate.log 2>&1 &",
		"cattlegrid load -rate 300 -for 30s -svg load.svg",
		"kill %1",
	}
	for _, name := range []string{"README.md", "README.zh-CN.md", "docs/benchmarks.md"} {
		var got []string
		const begin = "CATTLEGRID_HTTP_TRUSTED_PROXIES=127.0.0.1 cattlegrid serve -dev"
		_, commands, _ := strings.Cut(readFile(t, name), "\n```\n"+begin)
		commands, _, _ = strings.Cut(commands, "\n```\n")
		for line := range strings.SplitSeq(begin+commands, "\n") {
			command, _, _ := strings.Cut(line, " #")
			got = append(got, strings.TrimSpace(command))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
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

// Each file of Go that docs/providers.md quotes is as in examples/provider, where it is compiled and tested, and no file is left
// out but the test of the program.
func TestProviderCode(t *testing.T) {
	guide := readFile(t, "docs/providers.md")
	quoted := map[string]string{}
	for _, m := range regexp.MustCompile("(?s)`(examples/provider/[\\w/]+\\.go)`:\n\n```go\n(.*?)```\n").FindAllStringSubmatch(guide, -1) {
		quoted[m[1]] = m[2]
	}
	want := map[string]string{}
	for _, pattern := range []string{"examples/provider/main.go", "examples/provider/pigeon/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			want[name] = readFile(t, name)
		}
	}
	if diff := cmp.Diff(want, quoted); diff != "" {
		t.Errorf("files (-examples/provider +docs/providers.md):\n%s", diff)
	}
}

// Every key under sms that the pages of providers set or mention, and every variable, stands in docs/configuration.md; and
// each page of a provider is in the list.
func TestProviderPages(t *testing.T) {
	pages, err := filepath.Glob("docs/providers/*.md")
	if err != nil {
		t.Fatal(err)
	}
	guide := readFile(t, "docs/providers.md")
	for _, page := range pages {
		if !strings.Contains(guide, "](providers/"+filepath.Base(page)+")") {
			t.Errorf("docs/providers.md does not link to %s", page)
		}
	}
	known := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\| `([A-Z_]+)`( or `…_FILE`)?").FindAllStringSubmatch(readFile(t, "docs/configuration.md"), -1) {
		known[row[1]], known[row[2]] = true, true
		if row[3] != "" {
			known[row[2]+"_FILE"] = true
		}
	}
	for _, page := range append(pages, "docs/providers.md") {
		for _, name := range settingsIn(readFile(t, page)) {
			if !known[name] {
				t.Errorf("%s mentions %s, which docs/configuration.md does not have", page, name)
			}
		}
	}
}

// Each fault of the fakes is in the table of docs/providers.md, which says truly whether the message leaves.
func TestFaults(t *testing.T) {
	rows := regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| [^|]+ \\| (leaves|does not leave) \\|").FindAllStringSubmatch(readFile(t, "docs/providers.md"), -1)
	listed := map[fake.Outcome]bool{}
	for _, row := range rows {
		o := fake.Outcome(row[1])
		listed[o] = row[2] == "leaves"
		if err := (fake.Faults{Percent: map[fake.Outcome]float64{o: 1}}).Validate(); err != nil {
			t.Errorf("docs/providers.md lists %s: %v", o, err)
		}
	}
	_, all, _ := strings.Cut(fake.Faults{Percent: map[fake.Outcome]float64{"none": 1}}.Validate().Error(), "there are ")
	want := map[fake.Outcome]bool{}
	for name := range strings.FieldsSeq(strings.Trim(all, "[]")) {
		want[fake.Outcome(name)] = fake.Outcome(name).Takes()
	}
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Errorf("faults, and whether the message leaves (-sms/fake +docs/providers.md):\n%s", diff)
	}
}

// settingsIn returns the variables and keys of a page: those that words name, and those that files of TOML set.
func settingsIn(page string) (names []string) {
	names = regexp.MustCompile(`CATTLEGRID_[A-Z_]*[A-Z]\b`).FindAllString(page, -1)
	for _, m := range regexp.MustCompile("`(sms(?:\\.[a-z_]+)+)`").FindAllStringSubmatch(page, -1) {
		names = append(names, m[1])
	}
	for _, file := range regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(page, -1) {
		section := ""
		for _, line := range regexp.MustCompile(`(?m)^(?:\[+([\w.-]+)\]+|#? ?(\w+) = )`).FindAllStringSubmatch(file[1], -1) {
			switch {
			case line[1] != "":
				section = line[1] + "."
			case section != "template.": // a file of its own
				names = append(names, section+line[2])
			}
		}
	}
	return names
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
