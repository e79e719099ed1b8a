package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

const (
	docsFile    = "../../docs/configuration.md"
	exampleFile = "../../deploy/cattlegrid.example.toml"
)

// TestDocs: the table has a row for each key, with its variable and its default, and none for anything else.
func TestDocs(t *testing.T) {
	docs := readText(t, docsFile)
	rows := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\| (.*) \\| (.*) \\| (.*) \\|$").FindAllStringSubmatch(docs, -1) {
		rows[row[1]] = row[2:]
	}
	c := defaults()
	c.settle(false)
	for _, s := range settings() {
		row, ok := rows[s.key]
		if !ok {
			t.Errorf("%s has no row for %s", docsFile, s.key)
			continue
		}
		delete(rows, s.key)
		variable := "`" + s.env + "`"
		if s.secret() {
			variable += " or `…_FILE`"
		}
		if row[0] != variable {
			t.Errorf("%s: the variable of %s is %s, want %s", docsFile, s.key, row[0], variable)
		}
		if value := "`" + s.toml(c) + "`"; !strings.HasPrefix(row[1], value) {
			t.Errorf("%s: the default of %s is %s, want %s", docsFile, s.key, row[1], value)
		}
	}
	for key := range rows {
		t.Errorf("%s has a row for %s, which is no key", docsFile, key)
	}
}

// TestExampleFile: it loads, with the secret that it leaves out, into a configuration that serves.
func TestExampleFile(t *testing.T) {
	c, err := load(exampleFile, map[string]string{"CATTLEGRID_SMS_WEBHOOK_SECRET": secret}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.refusal(); err != nil {
		t.Errorf("it does not serve: %v", err)
	}
}

// TestExampleFileIsComplete: with what is commented out it has every key, and what is commented out is the default of each
// key that has one.
func TestExampleFileIsComplete(t *testing.T) {
	text := readText(t, exampleFile)
	commented := regexp.MustCompile(`(?m)^# ([a-z_]+ = .*)$`)
	full := defaults()
	if err := full.decode("full.toml", []byte(commented.ReplaceAllString(text, "$1"))); err != nil {
		t.Fatal(err)
	}
	bare := defaults()
	if err := bare.decode("bare.toml", []byte(text)); err != nil {
		t.Fatal(err)
	}
	good := defaults()
	good.settle(false)
	for _, s := range settings() {
		_, set := bare.origins[s.key]
		_, there := full.origins[s.key]
		if !there {
			t.Errorf("%s is not in %s", s.key, exampleFile)
		}
		want := s.toml(good)
		if got := s.toml(full); !set && got != want && want != `""` && want != "[]" && s.key != "phone.countries" {
			t.Errorf("%s is shown as %s, want the default, %s", s.key, got, want)
		}
	}
}

// TestExamplesWork: what an error shows as an example is accepted, and the commands that it shows are in the docs.
func TestExamplesWork(t *testing.T) {
	for _, s := range settings() {
		t.Run(s.key, func(t *testing.T) {
			if s.recipe != "" {
				if !strings.Contains(readText(t, docsFile), s.recipe) {
					t.Errorf("%s does not say how to make one: %s", docsFile, s.recipe)
				}
				return
			}
			environ := map[string]string{
				"CATTLEGRID_SMS_WEBHOOK_URL":    "https://www.example.com/sms",
				"CATTLEGRID_SMS_WEBHOOK_SECRET": secret,
			}
			environ[s.env] = s.example
			if _, err := load("", environ, nil); err != nil {
				t.Errorf("load with the example of %s: %v", s.key, err)
			}
		})
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
