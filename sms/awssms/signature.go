package awssms

import (
	"context"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// static are credentials that stay as they are.
func static(c aws.Credentials) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return c, nil })
}

// signer is the SDK's, by a clock of our own.
type signer struct {
	*v4.Signer
	now func() time.Time
}

func newSigner(now func() time.Time) signer { return signer{Signer: v4.NewSigner(), now: now} }

// SignHTTP signs by SigV4.
func (s signer) SignHTTP(
	ctx context.Context, c aws.Credentials, r *http.Request, payload, service, region string, _ time.Time, options ...func(*v4.SignerOptions),
) error {
	return s.Signer.SignHTTP(ctx, c, r, payload, service, region, s.now(), options...)
}
