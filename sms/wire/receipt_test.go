package wire_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// A request carries a token if the query's first one is that, to the letter; an empty token is carried by none.
func TestHasToken(t *testing.T) {
	for query, want := range map[string]bool{
		"?token=abc": true, "?a=b&token=abc": true, "?token=ab%63": true, "?token=abc&token=x": true,
		"": false, "?token=": false, "?token": false, "?token=ABC": false, "?token=abcd": false, "?token=ab": false, "?Token=abc": false,
		"?token=x&token=abc": false,
	} {
		r := httptest.NewRequest(http.MethodPost, "https://example.com/receipts"+query, http.NoBody)
		if got := wire.HasToken(r, "abc"); got != want {
			t.Errorf("HasToken of %q is %v, want %v", query, got, want)
		}
		if wire.HasToken(r, "") {
			t.Errorf("%q has the empty token", query)
		}
	}
}

// A time is Beijing's and becomes UTC; what is no time is none.
func TestLocalTime(t *testing.T) {
	want := time.Date(2016, 12, 31, 16, 0, 0, 0, time.UTC)
	if got := wire.LocalTime("2017-01-01 00:00:00"); !got.Equal(want) || got.Location() != time.UTC {
		t.Errorf("LocalTime = %v, want %v", got, want)
	}
	for _, text := range []string{"", "2017-01-01", "2017-01-01T00:00:00", "2017-13-01 00:00:00", "2017-01-01 00:00:00Z", "now"} {
		if got := wire.LocalTime(text); !got.IsZero() {
			t.Errorf("LocalTime(%q) = %v, want the zero time", text, got)
		}
	}
}
