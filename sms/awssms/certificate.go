package awssms

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"regexp"
	"sync"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// certificateURLs are where SNS keeps its certificates: a host that only SNS has, of a region. A looser pattern lets in those
// of others, such as sns.s3-us-west-2.amazonaws.com, which is anybody's bucket.
var certificateURLs = regexp.MustCompile(`^https://sns\.[a-z]{2}(-[a-z]+)+-[0-9]{1,2}\.amazonaws\.com(\.cn)?/[A-Za-z0-9_-]{1,100}\.pem$`)

// errLater means that SNS did not answer, and that the same post may be good in a while.
var errLater = errors.New("SNS cannot be asked about a receipt now")

const maxCertificates = 8 // SNS has a new one about once a year

// certificates are those that SNS signs with, fetched once. That they are Amazon's is known from where they lie.
type certificates struct {
	client *wire.Client
	now    func() time.Time
	turn   chan struct{} // has room for whoever fetches: forgeries cannot make us ask SNS for many things at once

	mu    *sync.Mutex
	known map[string]*x509.Certificate // by URL
}

func newCertificates(client *wire.Client, now func() time.Time) certificates {
	return certificates{client: client, now: now, turn: make(chan struct{}, 1), mu: &sync.Mutex{}, known: map[string]*x509.Certificate{}}
}

// at returns the certificate at a URL. The error is [wire.ErrReceipt] or errLater.
func (c certificates) at(ctx context.Context, url string) (*x509.Certificate, error) {
	if !certificateURLs.MatchString(url) {
		return nil, wire.ErrReceipt
	}
	if one := c.cached(url); one != nil {
		return one, nil
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, errLater
	}
	if one := c.cached(url); one != nil { // others waited for it, too
		return one, nil
	}
	text, err := fetch(ctx, c.client, url)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, wire.ErrReceipt
	}
	one, err := x509.ParseCertificate(block.Bytes)
	if err != nil || !c.valid(one) {
		return nil, wire.ErrReceipt
	}
	c.keep(url, one)
	return one, nil
}

func (c certificates) valid(one *x509.Certificate) bool {
	now := c.now()
	return !now.Before(one.NotBefore) && !now.After(one.NotAfter)
}

// cached is nil unless the certificate is known and valid.
func (c certificates) cached(url string) *x509.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if one := c.known[url]; one != nil && c.valid(one) {
		return one
	}
	return nil
}

func (c certificates) keep(url string, one *x509.Certificate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) == maxCertificates {
		clear(c.known)
	}
	c.known[url] = one
}

// fetch gets what lies at a URL of SNS's, within the bounds of [wire.Client].
func fetch(ctx context.Context, client *wire.Client, url string) ([]byte, error) {
	var answer wire.Answer
	_, err := client.Through(ctx, cattlegrid.Message{}, func(ctx context.Context, e *wire.Exchange) (string, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return "", err
		}
		res, err := e.Do(req)
		if err != nil {
			return "", err
		}
		answer = e.Answer()
		return "", res.Body.Close()
	})
	switch {
	case err != nil || answer.Status >= 500 || answer.Status == http.StatusTooManyRequests:
		return nil, errLater
	case answer.Status != http.StatusOK || answer.Body == nil:
		return nil, wire.ErrReceipt
	default:
		return answer.Body, nil
	}
}
