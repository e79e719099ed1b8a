package smpp_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/smpp"
	"github.com/cattlegrid/cattlegrid/sms/smpp/smsc"
)

// listen serves an SMSC on a port of this machine, over TLS if it has a certificate.
func listen(t testing.TB, server *smsc.Server, certificate *tls.Certificate) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if certificate != nil {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*certificate}})
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() { // after the senders, before the server
		_ = l.Close()
		if err := <-done; err != nil {
			t.Errorf("Serve = %v", err)
		}
	})
	return address
}

// certify makes a certificate for a name, and a pool that trusts it.
func certify(t testing.TB, name string) (*tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{name}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// Over a real socket, in clear, a message arrives.
func TestSendTCP(t *testing.T) {
	t.Parallel()
	server := newSMSC(t, nil)
	address := listen(t, server, nil)
	s := newSender(t, nil, func(c *smpp.Config) { c.Address = address })
	if _, err := s.Send(t.Context(), message(t)); err != nil || len(server.Messages()) != 1 {
		t.Errorf("Send = %v, %d messages", err, len(server.Messages()))
	}
}

// Over TLS a message goes to who has the name, and to nobody else; the password neither.
func TestSendTLS(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*tls.Config)
		want   string // part of the error
	}{
		"OK":        {func(*tls.Config) {}, ""},
		"OKName":    {func(c *tls.Config) { c.ServerName = "SMSC.test" }, ""},
		"WrongName": {func(c *tls.Config) { c.ServerName = "other.test" }, "not other.test"},
		"Unknown":   {func(c *tls.Config) { c.RootCAs = x509.NewCertPool() }, "unknown authority"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				certificate, pool := certify(t, "smsc.test")
				client := &tls.Config{RootCAs: pool}
				tc.change(client)
				server := newSMSC(t, nil)
				s := newSender(t, func(context.Context, string) (net.Conn, error) {
					ours, theirs := net.Pipe()
					go server.ServeConn(tls.Server(theirs, &tls.Config{Certificates: []tls.Certificate{*certificate}}))
					return ours, nil
				}, func(c *smpp.Config) { c.TLS = client })
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				_, err := s.Send(ctx, message(t))
				if tc.want == "" {
					if err != nil || len(server.Messages()) != 1 {
						t.Errorf("Send = %v, %d messages", err, len(server.Messages()))
					}
					return
				}
				wantFailure(t, err, cattlegrid.Temporary, "")
				if err == nil || !strings.Contains(err.Error(), tc.want) || server.Bound() != 0 {
					t.Errorf("Send = %v, want %q", err, tc.want)
				}
			})
		})
	}
}

// A link over TLS that is cut leaves its messages Unknown.
func TestSendTLSCut(t *testing.T) {
	t.Parallel()
	certificate, pool := certify(t, "smsc.test")
	server := newSMSC(t, always(smsc.Answer{Silent: true, Cut: true}))
	address := listen(t, server, certificate)
	s := newSender(t, func(ctx context.Context, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", address)
	}, func(c *smpp.Config) { c.TLS = &tls.Config{RootCAs: pool} })
	_, err := s.Send(t.Context(), message(t))
	wantFailure(t, err, cattlegrid.Unknown, "")
}

func BenchmarkSend(b *testing.B) {
	server := newSMSC(b, nil)
	address := listen(b, server, nil)
	s := newSender(b, nil, func(c *smpp.Config) { c.Address = address })
	m := message(b)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := s.Send(b.Context(), m); err != nil {
				b.Fatal(err)
			}
		}
	})
}
