// Package webhook is a sender that posts each message to the site's own URL, for sites whose provider has no package
// here, or whose back end sends SMS already.
//
//	sender, err := webhook.New(webhook.Config{
//		URL:    "https://example.com/internal/sms",
//		Secret: os.Getenv("SMS_WEBHOOK_SECRET"), // "whsec_…"
//	})
//
// # The request
//
// A POST whose body is an [Event] in JSON, signed as Standard Webhooks 1.0.0 says (https://www.standardwebhooks.com),
// so that receivers in any language verify it with a library that exists; in Go [Verify] does:
//
//	webhook-id:        msg_…, never the same for two messages
//	webhook-timestamp: Unix seconds
//	webhook-signature: v1, and the HMAC-SHA256 of "id.timestamp.body" in base64, one for each secret
//
// The receiver verifies, ignores an id that it has seen, sends the SMS and answers. A secret is made with
//
//	echo "whsec_$(openssl rand -base64 32)"
//
// and changed without a gap by moving the old one to [Config.OldSecret] until every receiver knows the new one.
//
// # The answer
//
// The receiver says what became of the message. Whoever answers with an error promises what its row says:
//
//	2xx                  taken; {"id": "…"} in the body becomes the id of the delivery
//	429                  nothing was sent; nor will be for this number for a while (Throttled), which is as long as the
//	                     header Retry-After says, in seconds
//	503                  with {"sent": false} in the body nothing was sent, and the message may be sent another way
//	                     (Temporary); without it nobody knows, since proxies answer so as well (Unknown)
//	402                  nothing was sent: whoever sends it wants to be paid first (Unpaid)
//	401, 403, 404, 405   nothing was sent: the URL or the secret is wrong (Misconfigured)
//	301, 307, 308        the same: redirects are not followed, configure the final URL
//	other 400 to 499     nothing was sent, nor will be to this number (Permanent); but 408, 409 and 499 are Unknown
//	anything else        nobody knows (Unknown)
//
// When there is no answer, it depends on how far the request came. Until a connection stands, with its TLS handshake
// complete, nothing can have left, and the failure is Temporary: name not found, connection refused, wrong certificate,
// time over. From then on it is Unknown. A message is posted once and never repeated. Each has a connection of its own:
// one that was kept may be closed by the receiver just as it is used, and then nobody knows.
//
// # Where it connects
//
// To public addresses over https, and only there, unless [Config.AllowPrivate] is set. The address is checked when the
// socket is about to be connected, after the name was resolved, so a name that changes its mind helps nobody. With
// AllowPrivate private addresses are allowed too, and http to these alone: codes do not cross the Internet in clear.
// Proxies of the environment are ignored, because they would connect in our place.
//
// # Other events
//
// A [Poster] posts any JSON in the same way, signed and to the same addresses, under an id that stays the same when it is
// posted again. What an answer means is for its caller to say.
//
// # Bounds
//
// Four seconds for the whole exchange, unless configured; 16 KiB of the answer's headers, and 4 KiB of its body: a longer one
// is read up to 64 KiB, and has no id. Errors contain no code, no number, no secret, and of the URL at most host and port.
package webhook
