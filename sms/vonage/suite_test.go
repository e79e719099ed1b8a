package vonage_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"sync"
	"testing"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/smstest"
	"github.com/cattlegrid/cattlegrid/sms/vonage"
)

const (
	application = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab"
	statusURL   = "https://otp.example.com/receipts/vonage"

	// Of the published token V1, see signature_test.go.
	signatureSecret = "qwertyuiopasdfghjklzxcvbnm123456"
)

// Two applications' keys. They take a while to make.
var key, otherKey = sync.OnceValue(newKey), sync.OnceValue(newKey)

func newKey() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
}

// pkcs1 and pkcs8 are the two forms in which keys come.
func pkcs1(k *rsa.PrivateKey) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(k)}))
}

func pkcs8(k *rsa.PrivateKey) string {
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func config(endpoint, key string) vonage.Config {
	return vonage.Config{
		ApplicationID: application, PrivateKey: key, From: "447700900001", StatusURL: statusURL, SignatureSecret: signatureSecret, Endpoint: endpoint,
	}
}

// The sender is one.
func TestSender(t *testing.T) {
	good := pkcs8(key())
	smstest.Run(t, smstest.HTTP{
		Provider: fake.Vonage{ApplicationID: application, PublicKey: &key().PublicKey, SignatureSecret: signatureSecret},
		New: func(endpoint string, client *http.Client, secret string) (cattlegrid.Sender, error) {
			if secret != good { // a key that is spoilt is no key at all
				secret = pkcs8(otherKey())
			}
			return vonage.New(config(endpoint, secret), client)
		},
		Secret: good,
	}.Harness())
}
