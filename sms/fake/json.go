package fake

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"
)

var beijing = time.FixedZone("", 8*60*60)

func writeJSON(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // whoever asked may be gone
}

// newJSON is a request with a JSON body.
func newJSON(url string, body any) *http.Request {
	data, err := json.Marshal(body)
	if err != nil {
		return nil
	}
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(data)) //nolint:noctx // the caller gives it one
	if err != nil {
		return nil
	}
	req.Header.Set("Content-Type", "application/json")
	return req
}
