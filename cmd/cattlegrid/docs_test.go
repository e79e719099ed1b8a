package main

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	docsFile    = "../../docs/configuration.md"
	exampleFile = "../../deploy/cattlegrid.example.toml"
	pricesFile  = "../../deploy/prices.example.toml"

	templatesFile = "../../deploy/templates.example.toml"
)

// TestDocs: the table has a row for each key, with its variable and its default, and none for anything else.
func TestDocs(t *testing.T) {
	docs := readText(t, docsFile)
	rows := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+(?:\\.[a-z_]+)*)` \\| ([^|]*) \\| ([^|]*) \\| ([^|]*) \\|$").FindAllStringSubmatch(docs, -1) {
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

// TestDocsTables: every part of [guard] that the docs show is a configuration.
func TestDocsTables(t *testing.T) {
	docs, prices := readText(t, docsFile), readText(t, pricesFile)
	t.Chdir(t.TempDir())
	write(t, "prices.toml", prices)
	blocks := regexp.MustCompile(`(?m)^    \[guard(?:.*\n(?:    |\n$))*.*\n`).FindAllString(docs, -1)
	if len(blocks) < 4 {
		t.Fatalf("%d parts of files are found in %s", len(blocks), docsFile)
	}
	for _, block := range blocks {
		write(t, "gate.toml", block)
		environ := map[string]string{"CATTLEGRID_DEV": "true", "CATTLEGRID_GUARD_PRICES": "prices.toml"}
		if _, err := load("gate.toml", environ, nil); err != nil {
			t.Errorf("%v in\n%s", err, block)
		}
	}
}

// TestExamplePrices: the file is one of prices in every provider's eyes.
func TestExamplePrices(t *testing.T) {
	for _, provider := range providers() {
		if _, err := readPrices(pricesFile, provider); err != nil {
			t.Error(err)
		}
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
	docs, directory := readText(t, docsFile), t.TempDir()
	for name, from := range map[string]string{"prices.toml": pricesFile, "templates.toml": templatesFile} {
		if err := os.WriteFile(directory+"/"+name, []byte(readText(t, from)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range slices.Concat(settings(), limitSettings("sends_per_client_hour"), limitSettings("challenges_per_client_minute")) {
		t.Run(s.key, func(t *testing.T) {
			t.Chdir(directory)
			if s.recipe != "" {
				if !strings.Contains(docs, s.recipe) {
					t.Errorf("%s does not say how to make one: %s", docsFile, s.recipe)
				}
				return
			}
			environ := map[string]string{
				"CATTLEGRID_SMS_WEBHOOK_URL":    "https://www.example.com/sms",
				"CATTLEGRID_SMS_WEBHOOK_SECRET": secret,
				"CATTLEGRID_GUARD_PRICES":       "prices.toml",
				"CATTLEGRID_EVENTS_SECRET":      secret,
			}
			if strings.HasPrefix(s.key, "redis.") {
				environ["CATTLEGRID_REDIS_URL"] = "rediss://127.0.0.1:26379?master_set=mymaster"
			}
			if s.key == "redis.cert" || s.key == "redis.key" {
				environ["CATTLEGRID_REDIS_CERT"], environ["CATTLEGRID_REDIS_KEY"] = "cert.pem", "key.pem"
			}
			if s.key == "sms.fallback" {
				maps.Copy(environ, map[string]string{
					"CATTLEGRID_SMS_TENCENT_SECRET_ID": "id", "CATTLEGRID_SMS_TENCENT_SECRET_KEY": "key", "CATTLEGRID_SMS_TENCENT_APP_ID": "1400006666",
					"CATTLEGRID_SMS_TENCENT_SIGNATURE": "示例网", "CATTLEGRID_SMS_TENCENT_TEMPLATE": "449739",
					"CATTLEGRID_SMS_TWILIO_ACCOUNT_SID": "AC0123456789abcdef0123456789abcdef", "CATTLEGRID_SMS_TWILIO_AUTH_TOKEN": "token",
					"CATTLEGRID_SMS_TWILIO_FROM": "+15017122661",
				})
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
