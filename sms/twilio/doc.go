// Package twilio sends through Twilio Programmable Messaging, API 2010-04-01:
// https://www.twilio.com/docs/messaging/api/message-resource.
//
//	sender, err := twilio.New(twilio.Config{
//		AccountSID: os.Getenv("TWILIO_ACCOUNT_SID"),
//		AuthToken:  os.Getenv("TWILIO_AUTH_TOKEN"),
//		From:       "+15017122661",
//		StatusURL:  "https://otp.example.com/receipts/twilio",
//	}, nil)
//
// Twilio takes text, and sends it as GSM-7 if all of it fits there, else as UCS-2. [Config].SmartEncoded lets it replace
// letters that only look alike, so that more text fits. A message is given up once its code has expired, as long as it still
// waits at Twilio.
//
// The API knows no idempotency and has no field for an ID of ours. So the message's ID goes along in the URL for receipts, as
// "?ref=…", and comes back in each of them.
//
// # Failures
//
// Twilio's codes decide, not the HTTP status: https://www.twilio.com/docs/api/errors. Of 20500, an internal error, Twilio says
// itself that the message may have left: it is Unknown. The codes 30450, 30453 and 30454 mean that Twilio takes the messages
// for SMS pumping, messages that somebody orders to be paid for receiving them. They are Permanent: another provider would only
// be paid for what Twilio has stopped.
//
// # Receipts
//
// Twilio posts a form for each change of a message's status to [Config].StatusURL, with the header X-Twilio-Signature: the
// HMAC-SHA1 of the URL and the form under the account's auth token, see
// https://www.twilio.com/docs/usage/webhooks/webhooks-security. [Sender.Receipts] takes the URL from the configuration, not
// from the request, which a proxy may have changed. The auth token is needed for it even where an API key sends.
//
// Signatures have no time in them. A receipt that somebody got hold of can be posted again, and receipts come in any order:
// whoever keeps them must not go back from Delivered or Lost to Sent. Twilio repeats a receipt once, and only if it could not
// connect. A Webhooks Rule that signs by another key is not supported; receipts signed so are refused.
//
// # Feedback
//
// With [Config].Feedback Twilio is told whose codes were entered, which helps it to find bad routes: see [Sender.Feedback].
//
// # Not verified
//
// This was written from Twilio's documents and its Go SDK, without an account. Not documented, and so assumed with care: what
// a message means that is answered with success and "failed" at once (Unknown), and the time zone of RawDlrDoneDate (receipts
// have no time).
package twilio
