package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The nearest key is the one that was meant: a letter is wrong, a separator is missing, or the section is.
func TestNearestKey(t *testing.T) {
	for name, want := range map[string]string{
		"adr":                               "addr",
		"redisurl":                          "redis_url",
		"trusted_proxies":                   "http.trusted_proxies",
		"sms.secret":                        "sms.webhook.secret",
		"captcha.heigth":                    "captcha.height",
		"phone.country":                     "phone.countries",
		"guard.limits.unverified_hour.hart": "guard.limits.unverified_hour.hard",
		strings.Repeat("x", 1e6):            nearestKey(strings.Repeat("x", 1e3)),
	} {
		if got := nearestKey(name); got != want {
			t.Errorf("the nearest to %.20q is %s, want %s", name, got, want)
		}
	}
}

// What is masked shows nothing secret, and of a URL where it leads.
func TestMasked(t *testing.T) {
	all, part := setting{mask: "all"}, setting{mask: "url"}
	for _, test := range []struct {
		setting     setting
		value, want string
	}{
		{setting{}, "sesame", "sesame"},
		{all, "", ""},
		{all, "sesame", "********"},
		{part, "", ""},
		{part, "redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"},
		{part, "redis://gate:sesame@host:6379/0", "redis://gate:xxxxx@host:6379/0"},
		{part, "redis://:sesame@host", "redis://:xxxxx@host"},
		{part, "redis://sesame@host", "redis://xxxxx@host"},
		{part, "https://host/sms?token=sesame", "https://host/sms?xxxxx"},
		{part, "https://host/sms#sesame", "https://host/sms"},
		{part, "unix:///run/redis.sock", "unix:///run/redis.sock"},
		{part, "sesame", "********"},
		{part, "redis:sesame", "********"},
		{part, "redis://:ses%ame@host", "********"},
	} {
		if got := test.setting.masked(test.value); got != test.want {
			t.Errorf("%q is shown as %q, want %q", test.value, got, test.want)
		}
	}
}

// A secret, or the password in a URL, is neither printed nor repeated by an error, whatever characters it has.
func FuzzSecrets(f *testing.F) {
	f.Add("")
	f.Add("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	f.Add("@[::1]:99999/%zz?#\n\x00")
	f.Fuzz(func(t *testing.T, rest string) {
		const word = "openSesame"
		user := url.UserPassword("gate", word+rest).String()
		for _, s := range settings() {
			var text string
			switch s.mask {
			case "":
				continue
			case "url":
				text = "rediss://" + user + "@127.0.0.1:6379"
			default:
				text = word + rest
			}
			c, err := load("", map[string]string{s.env: text}, nil)
			if err != nil && strings.Contains(err.Error(), word) || err == nil && strings.Contains(c.String(), word) {
				t.Errorf("%s = %q is told: %v %v", s.key, text, c, err)
			}
		}
	})
}

// Decoding never panics. What it accepts, it prints so that it reads again as the same; what it refuses, it says where.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("addr = \"127.0.0.1:9001\"\n[log]\nlevel = \"debug\"\n"))
	f.Add([]byte("[sms.twilio]\nfrom = \"Example\"\nfeedback = true\n"))
	f.Add([]byte("sms.webhook = { timeout = \"1s\", allow_private = true }\n"))
	f.Add([]byte("[http]\ntrusted_proxies = [\"10.0.0.0/8\",\n\"::1\"]\n"))
	f.Add([]byte("[captcha]\nwidth = 1e3\n[[log]]\n"))
	f.Add([]byte("[guard]\nspend = { hour = 20, day = 100.5 }\nlimits.sends_per_client_hour.max = 4\n[guard.limits.mine]\nact = 'send'\n"))
	f.Add([]byte("guard.test_numbers.\"+8613800138000\" = '123456'\nguard.limits.unverified_hour.off = true\n"))
	f.Add([]byte("code.brand = \"a\\u007f\\n示\"\n\"addr\" = 'x'"))
	f.Fuzz(func(t *testing.T, document []byte) {
		c := defaults()
		if err := c.decode("fuzz.toml", document); err != nil {
			for line := range strings.Lines(err.Error()) {
				if !strings.Contains(line, "fuzz.toml") {
					t.Errorf("the error does not say where: %q", line)
				}
			}
			return
		}
		for _, s := range settings() {
			if s.secret() && s.value(c) != "" {
				return
			}
		}
		again := defaults()
		if err := again.decode("again.toml", []byte(c.String())); err != nil {
			t.Fatalf("it does not read what it printed: %v\n%s", err, c)
		}
		for _, s := range settings() {
			section, _ := s.section()
			if _, ok := again.origins[s.key]; !ok && c.concerns(section) {
				t.Errorf("%s is missing", s.key)
			}
		}
		if len(c.Guard.TestNumbers) > 0 {
			return // whose codes are masked
		}
		for _, s := range c.everySetting() {
			if diff := cmp.Diff(s.toml(c), s.toml(again)); diff != "" {
				t.Errorf("%s reads differently: %s", s.key, diff)
			}
		}
	})
}
