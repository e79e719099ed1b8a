package webhook

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// requester makes the request of each message. All that is secret is in it.
type requester struct {
	target *url.URL
	keys   [][]byte
	now    func() time.Time
}

func newRequester(c Config, target *url.URL) (*requester, error) {
	r := &requester{target: target, now: c.Now}
	if r.now == nil {
		r.now = time.Now
	}
	key, err := parseSecret(c.Secret)
	if err != nil {
		return nil, fmt.Errorf("webhook secret %w", err)
	}
	r.keys = append(r.keys, key)
	if c.OldSecret == "" {
		return r, nil
	}
	key, err = parseSecret(c.OldSecret)
	if err != nil {
		return nil, fmt.Errorf("webhook old secret %w", err)
	}
	r.keys = append(r.keys, key)
	return r, nil
}

// request makes the signed request for one message, under an id that no other has.
func (r *requester) request(ctx context.Context, m cattlegrid.Message) (*http.Request, error) {
	id, now := "msg_"+rand.Text(), r.now()
	body, err := json.Marshal(newEvent(id, now, m))
	if err != nil { // the clock tells a year that JSON has no form for
		return nil, errors.New("message cannot be encoded")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("request cannot be made")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(headerID, id)
	req.Header.Set(headerTimestamp, strconv.FormatInt(now.Unix(), 10))
	signatures := make([]string, len(r.keys))
	for i, key := range r.keys {
		signatures[i] = sign(key, id, now.Unix(), body)
	}
	req.Header.Set(headerSignature, strings.Join(signatures, " "))
	return req, nil
}
