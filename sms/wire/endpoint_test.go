package wire_test

import (
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// An endpoint is over TLS, or on this machine; errors show an example and nothing of what was configured.
func TestEndpoint(t *testing.T) {
	const own = "https://sms.example.com"
	for configured, want := range map[string]string{ // "" is an error
		"":                              own,
		"https://a.example":             "https://a.example",
		"https://a.example/":            "https://a.example",
		"https://a.example:8443/b/c/":   "https://a.example:8443/b/c",
		"https://a.example/b%2Fc/":      "https://a.example/b%2Fc",
		"HTTPS://a.example":             "https://a.example",
		"https://10.0.0.1":              "https://10.0.0.1",
		"http://localhost:8801":         "http://localhost:8801",
		"http://127.0.0.1:8801/":        "http://127.0.0.1:8801",
		"http://127.9.9.9":              "http://127.9.9.9",
		"http://[::1]:8801":             "http://[::1]:8801",
		"http://a.example":              "",
		"http://10.0.0.1":               "",
		"http://localhost.example":      "",
		"http://0.0.0.0":                "",
		"ftp://a.example":               "",
		"a.example":                     "",
		"//a.example":                   "",
		"https:a.example":               "",
		"https://":                      "",
		"https://:8443":                 "",
		"https://hook:pass@a b":         "",
		"https://hook:pass@a.example:x": "",
		"http://hook:pass@a.example/q":  "",
	} {
		u, err := wire.Endpoint(configured, own)
		switch {
		case want != "" && (err != nil || u.String() != want):
			t.Errorf("Endpoint(%q) = %v, %v, want %s", configured, u, err, want)
		case want == "" && (err == nil || !strings.HasPrefix(err.Error(), "Endpoint ") || !strings.HasSuffix(err.Error(), "want for example "+own)):
			t.Errorf("Endpoint(%q) = %v, %v, want an error with an example", configured, u, err)
		case want == "" && (strings.Contains(err.Error(), "a.example") || strings.Contains(err.Error(), "pass")):
			t.Errorf("Endpoint(%q): the error repeats it: %v", configured, err)
		}
	}
}
