package wire_test

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// An answer that says nothing is judged by its status.
func TestAnswerRefuse(t *testing.T) {
	for class, statuses := range map[cattlegrid.SendClass][]int{
		cattlegrid.Unknown:       {0, 100, 101, 200, 201, 204, 299, 300, 302, 303, 304, 408, 500, 501, 502, 503, 504, 409, 425, 499, 599, 600, 999},
		cattlegrid.Throttled:     {429},
		cattlegrid.Unpaid:        {402},
		cattlegrid.Misconfigured: {301, 307, 308, 400, 401, 403, 404, 405, 406, 410, 413, 415, 422, 451},
	} {
		for _, status := range statuses {
			a := wire.Answer{Status: status, Header: http.Header{"Retry-After": {"7"}}, Body: []byte("918273")}
			failure, ok := errors.AsType[*cattlegrid.SendError](a.Refuse())
			if !ok || failure.Class != class || failure.Code != "" {
				t.Errorf("status %d: %v, want class %v", status, failure, class)
				continue
			}
			wait := time.Duration(0)
			if status == 429 {
				wait = 7 * time.Second
			}
			if failure.RetryAfter != wait {
				t.Errorf("status %d: wait %v, want %v", status, failure.RetryAfter, wait)
			}
			if a.OK() != strings.Contains(failure.Error(), "malformed answer") || !a.OK() && !strings.Contains(failure.Error(), strconv.Itoa(status)) {
				t.Errorf("status %d: %v", status, failure)
			}
			if strings.Contains(failure.Error(), "918273") {
				t.Errorf("status %d: the error tells the body: %v", status, failure)
			}
		}
	}
}

// A wait is whole seconds, up to a day; anything else is as good as none.
func TestAnswerRetryAfter(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"": 0, "0": 0, "1": time.Second, "60": time.Minute, "86400": 24 * time.Hour, "86401": 0, "-1": 0, "1.5": 0, "1s": 0, "soon": 0,
		"99999999999999999999": 0, "Fri, 27 Nov 2026 08:00:00 GMT": 0,
	} {
		if got := (wire.Answer{Header: http.Header{"Retry-After": {header}}}).RetryAfter(); got != want {
			t.Errorf("Retry-After %q is %v, want %v", header, got, want)
		}
	}
	if got := (wire.Answer{}).RetryAfter(); got != 0 {
		t.Errorf("no header is %v", got)
	}
}

// A body is read if it is JSON of the right kind, whole.
func TestAnswerJSON(t *testing.T) {
	for body, want := range map[string]bool{
		`{"id":"SM-1"}`: true, `{"id":"SM-1","more":[1]}`: true, ` {} `: true,
		``: false, `{"id":1}`: false, `{"id":"SM-1"`: false, `{"id":"SM-1"} more`: false, `<html>`: false, `[]`: false,
	} {
		var v struct{ ID string }
		if got := (wire.Answer{Body: []byte(body)}).JSON(&v); got != want {
			t.Errorf("JSON of %q is %v, want %v", body, got, want)
		}
	}
	if (wire.Answer{}).JSON(new(any)) {
		t.Error("no body is JSON")
	}
}

// Success is what begins with 2.
func TestAnswerOK(t *testing.T) {
	for status, want := range map[int]bool{199: false, 200: true, 204: true, 299: true, 300: false} {
		if got := (wire.Answer{Status: status}).OK(); got != want {
			t.Errorf("OK of %d is %v", status, got)
		}
	}
}
