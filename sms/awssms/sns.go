package awssms

import (
	"crypto"
	"crypto/rsa"
	_ "crypto/sha1"   //nolint:gosec // SNS signs by it unless the topic is told otherwise
	_ "crypto/sha256" // so that crypto.SHA256 is there
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// What SNS posts.
const (
	notification = "Notification"
	confirmation = "SubscriptionConfirmation"
	unsubscribed = "UnsubscribeConfirmation"
)

const (
	maxPost = 300 << 10 // bytes; SNS takes 256 KiB from whoever publishes
	// SNS gives up after an hour. What is older is a copy.
	maxAge  = 2 * time.Hour
	maxSkew = 15 * time.Minute
)

// post is what SNS posts: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html.
type post struct {
	Type, MessageId, TopicArn, Message, Timestamp string //nolint:revive // as SNS has it
	Subject                                       *string
	Token, SubscribeURL                           string
	SignatureVersion, Signature, SigningCertURL   string
}

// readPost reads what is for the topic and not too old. Who signed it is still to be seen.
func readPost(body []byte, topic string, now time.Time) (post, error) {
	var p post
	if topic == "" || len(body) > maxPost || json.Unmarshal(body, &p) != nil || p.TopicArn != topic {
		return post{}, wire.ErrReceipt
	}
	at, err := time.Parse(time.RFC3339, p.Timestamp)
	if err != nil || now.Sub(at) > maxAge || at.Sub(now) > maxSkew {
		return post{}, wire.ErrReceipt
	}
	switch p.Type {
	case notification, confirmation, unsubscribed:
		return p, nil
	default:
		return post{}, wire.ErrReceipt
	}
}

// text is what is signed: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html.
func (p post) text() []byte {
	var text strings.Builder
	line := func(name, value string) { text.WriteString(name + "\n" + value + "\n") }
	line("Message", p.Message)
	line("MessageId", p.MessageId)
	if p.Type == notification {
		if p.Subject != nil {
			line("Subject", *p.Subject)
		}
	} else {
		line("SubscribeURL", p.SubscribeURL)
	}
	line("Timestamp", p.Timestamp)
	if p.Type != notification {
		line("Token", p.Token)
	}
	line("TopicArn", p.TopicArn)
	line("Type", p.Type)
	return []byte(text.String())
}

// signedBy reports whether the certificate's key signed the post.
func (p post) signedBy(c *x509.Certificate) bool {
	key, ok := c.PublicKey.(*rsa.PublicKey)
	if !ok {
		return false
	}
	hash := crypto.SHA1
	switch p.SignatureVersion {
	case "1":
	case "2":
		hash = crypto.SHA256
	default:
		return false
	}
	signature, err := base64.StdEncoding.DecodeString(p.Signature)
	if err != nil {
		return false
	}
	h := hash.New()
	h.Write(p.text())
	return rsa.VerifyPKCS1v15(key, hash, h.Sum(nil), signature) == nil
}
