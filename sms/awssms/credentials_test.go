package awssms_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cattlegrid/cattlegrid"
)

// Keys may come from elsewhere. Without one there is no request, and what the other place says is not repeated.
func TestCredentials(t *testing.T) {
	c := config("", "")
	c.AccessKeyID = ""
	t.Run("OK", func(t *testing.T) {
		c.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "ROLE", SecretAccessKey: secret, SessionToken: "session"}, nil
		})
		s := answered(t, c, http.StatusOK, `{"MessageId":"1"}`, func(r *http.Request) {
			if r.Header.Get("X-Amz-Security-Token") != "session" || !strings.Contains(r.Header.Get("Authorization"), "Credential=ROLE/") {
				t.Errorf("header %v", r.Header)
			}
		})
		if _, err := s.Send(t.Context(), message(t)); err != nil {
			t.Error(err)
		}
	})
	t.Run("None", func(t *testing.T) {
		c.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{}, errors.New("no role for " + secret) //nolint:err113 // a stand-in
		})
		s := answered(t, c, http.StatusOK, `{"MessageId":"1"}`, func(*http.Request) { t.Error("a request was made") })
		_, err := s.Send(t.Context(), message(t))
		fails(t, err, cattlegrid.Misconfigured, "")
	})
}
