package fake

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// snsCertificate is where SNS's is said to be, on its own host.
const snsCertificate = "/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem"

// snsKey is made once, since that takes a while. The certificate lasts a hundred years.
var snsKey = sync.OnceValues(func() (*rsa.PrivateKey, []byte) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil // never
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sns.amazonaws.com"},
		NotBefore: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	made, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		return nil, nil // never
	}
	return key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made})
})

// Receipt implements [Provider]. It can be believed by those only for whom [AWS.SNS] is at SNS's address.
func (a AWS) Receipt(m Message, url string, state cattlegrid.ReceiptState) *http.Request {
	if a.TopicARN == "" {
		return nil
	}
	status := map[cattlegrid.ReceiptState]string{cattlegrid.Sent: "SENT", cattlegrid.Delivered: "DELIVERED"}[state]
	if status == "" {
		status = "UNREACHABLE"
	}
	event, err := json.Marshal(map[string]any{
		"eventType": "TEXT_" + status, "eventVersion": "1.0", "eventTimestamp": m.At.UnixMilli(), "isFinal": state != cattlegrid.Sent,
		"originationPhoneNumber": m.From, "destinationPhoneNumber": m.To, "messageId": m.ID, "messageRequestTimestamp": m.At.UnixMilli(),
		"messageEncoding": "GSM", "messageType": "TRANSACTIONAL", "messageStatus": status, "context": map[string]string{"ref": m.Ref},
		"totalMessageParts": 1, "totalMessagePrice": 0.09582, "totalCarrierFee": 0.0,
	})
	if err != nil {
		return nil
	}
	return a.post(url, "Notification", map[string]string{"Message": string(event)})
}

// Subscription is the request by which SNS asks a URL whether it wants what is published; [AWS.SNS] hears the answer.
func (a AWS) Subscription(url, token string) *http.Request {
	return a.post(url, "SubscriptionConfirmation", map[string]string{
		"Message": "You have chosen to subscribe to the topic", "Token": token,
		"SubscribeURL": a.sns() + "/?Action=ConfirmSubscription&TopicArn=" + a.TopicARN + "&Token=" + token,
	})
}

// post is a request of SNS's, signed as version 2 is.
func (a AWS) post(url, kind string, fields map[string]string) *http.Request {
	fields["Type"], fields["TopicArn"], fields["MessageId"] = kind, a.TopicARN, newID()
	fields["Timestamp"] = a.now().UTC().Format("2006-01-02T15:04:05.000Z")
	var text bytes.Buffer
	for _, name := range []string{"Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn", "Type"} {
		if v, ok := fields[name]; ok {
			text.WriteString(name + "\n" + v + "\n")
		}
	}
	key, _ := snsKey()
	hash := sha256.Sum256(text.Bytes())
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, hash[:])
	if err != nil {
		return nil
	}
	fields["SignatureVersion"], fields["Signature"] = "2", base64.StdEncoding.EncodeToString(signature)
	fields["SigningCertURL"] = a.sns() + snsCertificate
	req := newJSON(url, fields)
	if req == nil {
		return nil
	}
	req.Header.Set("Content-Type", "text/plain; charset=UTF-8")
	req.Header.Set("User-Agent", "Amazon Simple Notification Service Agent")
	req.Header.Set("X-Amz-Sns-Message-Type", kind)
	req.Header.Set("X-Amz-Sns-Topic-Arn", a.TopicARN)
	return req
}

// sns is where SNS is.
func (a AWS) sns() string {
	if parts := strings.Split(a.TopicARN, ":"); len(parts) > 3 {
		return "https://sns." + parts[3] + ".amazonaws.com"
	}
	return ""
}

// SNS is a handler for what lies at SNS's own address: the certificate, and the confirmation of subscriptions, of whose tokens
// it tells.
func (a AWS) SNS(confirmed func(token string)) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+snsCertificate, func(w http.ResponseWriter, _ *http.Request) {
		_, text := snsKey()
		_, _ = w.Write(text)
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		if query.Get("Action") != "ConfirmSubscription" || query.Get("TopicArn") != a.TopicARN || query.Get("Token") == "" {
			http.Error(w, "<ErrorResponse/>", http.StatusBadRequest)
			return
		}
		confirmed(query.Get("Token"))
		_, _ = io.WriteString(w, `<ConfirmSubscriptionResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ConfirmSubscriptionResult>`+
			`<SubscriptionArn>`+a.TopicARN+`:1</SubscriptionArn></ConfirmSubscriptionResult></ConfirmSubscriptionResponse>`)
	})
	return mux
}
