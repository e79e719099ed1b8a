package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/smpp/smsc"
)

// fakeSMS is what the command fake-sms was asked for.
type fakeSMS struct {
	addr      string
	smpp      string // "" means none
	receipts  string // the sms.receipts_url of the gate; "" means that nothing is reported
	vonageKey string // file; "" means that Vonage is not served
}

// What fake providers know their only customer by. None of it is secret: whoever reaches them reads the codes.
const (
	fakeID         = "fake"
	fakeSecret     = "fake-secret"
	fakeToken      = "fake-receipt-token"
	fakeAppID      = "1400006666"
	fakeAccountSID = "AC00000000000000000000000000000000"
	fakePassword   = "fake"
	fakeRegion     = "eu-central-1"
	fakeUUID       = "00000000-0000-4000-8000-000000000000"
)

// fakeSMS serves fake providers until ctx is done.
func (p *program) fakeSMS(ctx context.Context, args []string) (err error) {
	o := fakeSMS{addr: "127.0.0.1:8801", smpp: "127.0.0.1:2775"}
	set := newFlags("fake-sms")
	set.StringVar(&o.addr, "addr", o.addr, "")
	set.StringVar(&o.smpp, "smpp", o.smpp, "")
	set.StringVar(&o.receipts, "receipts", "", "")
	set.StringVar(&o.vonageKey, "vonage-key", "", "")
	if err := parseFlags(set, args); err != nil {
		return err
	}
	logger := slog.New(slog.NewTextHandler(p.Stderr, nil))
	providers, err := o.providers()
	if err != nil {
		return fmt.Errorf("fake-sms: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.addr)
	if err != nil {
		return fmt.Errorf("fake-sms: listen: %w; another port is -addr 127.0.0.1:8802", err)
	}
	defer listener.Close() // closed already, unless another error is on its way
	site := fake.NewSite(logger, o.receiptsAt, providers...)
	links := ""
	if o.smpp != "" {
		server, addr, err := o.serveSMPP(ctx, site)
		if err != nil {
			return fmt.Errorf("fake-sms: listen: %w; without SMPP it is -smpp ''", err)
		}
		defer func() { err = errors.Join(err, server.Close()) }()
		links = addr
	}
	fmt.Fprint(p.Stdout, o.greeting("http://"+listener.Addr().String(), links))
	return p.answer(ctx, newServer(slow(site), logger), listener, logger, stopping{})
}

// slow lets a provider take longer to answer than a server of visitors may.
func slow(site *fake.Site) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		_ = control.SetWriteDeadline(noDeadline) // hanging is what some of them are for
		site.ServeHTTP(w, r)
	})
}

func (o *fakeSMS) providers() ([]fake.Provider, error) {
	const most = 8
	all := append(make([]fake.Provider, 0, most),
		fake.Aliyun{AccessKeyID: fakeID, AccessKeySecret: fakeSecret},
		fake.Aliyun{AccessKeyID: fakeID, AccessKeySecret: fakeSecret, Verification: true},
		fake.Tencent{SecretID: fakeID, SecretKey: fakeSecret, AppID: fakeAppID},
		fake.Yuntongxun{AccountSID: fakeID, AuthToken: fakeSecret, AppID: fakeID},
		fake.Huawei{AppKey: fakeID, AppSecret: fakeSecret},
		fake.Twilio{AccountSID: fakeAccountSID, AuthToken: fakeSecret},
		fake.AWS{AccessKeyID: fakeID, SecretAccessKey: fakeSecret, Region: fakeRegion},
	)
	if o.vonageKey == "" {
		return all, nil
	}
	key, err := vonageKey(o.vonageKey)
	if err != nil {
		return nil, fmt.Errorf("the key of Vonage: %w", err)
	}
	return append(all, fake.Vonage{ApplicationID: fakeUUID, PublicKey: &key.PublicKey, SignatureSecret: fakeSecret}), nil
}

// vonageKey is the application's private key in a file, which is made if it is not there.
func vonageKey(path string) (*rsa.PrivateKey, error) {
	text, err := readBounded(path)
	if errors.Is(err, fs.ErrNotExist) {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, err
		}
		text = pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
		return key, os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New(path + " is not PEM")
	}
	return x509.ParsePKCS1PrivateKey(block.Bytes)
}

// receiptsAt is where a provider's receipts are posted.
func (o *fakeSMS) receiptsAt(provider string) string {
	if o.receipts == "" {
		return ""
	}
	at := strings.TrimSuffix(o.receipts, "/") + "/" + provider
	switch provider {
	case "twilio", "vonage": // which sign what they post
		return at
	default:
		return at + "?token=" + fakeToken
	}
}

// serveSMPP opens the SMSC.
func (o *fakeSMS) serveSMPP(ctx context.Context, site *fake.Site) (*smsc.Server, string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.smpp)
	if err != nil {
		return nil, "", err
	}
	site.Also("smpp")
	server := smsc.New(smsc.Config{SystemID: fakeID, Password: fakePassword}, func(m smsc.Submit) smsc.Answer { return drawSubmit(site, m) })
	go func() { _ = server.Serve(listener) }() // until it is closed
	return server, listener.Addr().String(), nil
}

// drawSubmit is what happens to a message over SMPP.
func drawSubmit(site *fake.Site, m smsc.Submit) smsc.Answer {
	outcome, lost, undelivered := site.Draw(fake.SiteMessage{Provider: "smpp", To: "+" + m.To, From: m.From, Says: m.Text, At: now()})
	answer := smsc.Answer{NoReceipt: lost}
	if undelivered {
		answer.State = "UNDELIV"
	}
	switch outcome {
	case fake.Take:
	case fake.Garbage:
		return smsc.Garbage()
	case fake.Huge:
		return smsc.Huge()
	case fake.HangTaken:
		answer.Silent = true
	case fake.HangUntaken:
		answer.Silent, answer.Lost = true, true
	case fake.CloseTaken:
		answer.Silent, answer.Cut = true, true
	case fake.CloseUntaken:
		answer.Silent, answer.Cut, answer.Lost = true, true, true
	default:
		answer.Lost, answer.Status = true, smppStatuses[outcome]
	}
	return answer
}

// smppStatuses are how an SMSC refuses; what is not here is ESME_RSUBMITFAIL.
var smppStatuses = map[fake.Outcome]uint32{
	fake.Busy: 0x08, fake.BadNumber: 0x0b, fake.BadTemplate: 0x0a, fake.BadKey: 0x0e, fake.Throttle: 0x58, fake.Unpaid: 0x401,
	fake.UnknownCode: 0x4ff, fake.Redirect: 0x45, fake.ServerError: 0x45,
}
