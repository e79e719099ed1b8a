package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// signer makes signed requests. All that is secret is in it.
type signer struct {
	target *url.URL
	keys   [][]byte
}

func newSigner(c Config, target *url.URL) (*signer, error) {
	s := &signer{target: target}
	key, err := parseSecret(c.Secret)
	if err != nil {
		return nil, fmt.Errorf("webhook secret %w", err)
	}
	s.keys = append(s.keys, key)
	if c.OldSecret == "" {
		return s, nil
	}
	key, err = parseSecret(c.OldSecret)
	if err != nil {
		return nil, fmt.Errorf("webhook old secret %w", err)
	}
	s.keys = append(s.keys, key)
	return s, nil
}

// request makes the signed request for a body.
func (s *signer) request(ctx context.Context, id string, now time.Time, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("request cannot be made")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(headerID, id)
	req.Header.Set(headerTimestamp, strconv.FormatInt(now.Unix(), 10))
	signatures := make([]string, len(s.keys))
	for i, key := range s.keys {
		signatures[i] = sign(key, id, now.Unix(), body)
	}
	req.Header.Set(headerSignature, strings.Join(signatures, " "))
	return req, nil
}
