// Package vonage sends through the Messages API of Vonage, once Nexmo, version 1: https://developer.vonage.com/en/api/messages.
//
//	key, err := os.ReadFile("private.key")
//	…
//	sender, err := vonage.New(vonage.Config{
//		ApplicationID:   "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
//		PrivateKey:      string(key),
//		From:            "447700900001",
//		StatusURL:       "https://otp.example.com/receipts/vonage",
//		SignatureSecret: os.Getenv("VONAGE_SIGNATURE_SECRET"),
//	}, nil)
//
// A request carries a token that the application's private key has signed (RS256) and that is good for a quarter of an hour:
// https://developer.vonage.com/en/getting-started/concepts/authentication. Vonage takes text, and chooses GSM-7 or UCS-2 by
// what is in it unless [Config].Encoding says which.
//
// The message's ID goes along as client_ref and comes back in each receipt. It does not make a request idempotent: the API
// knows nothing of that kind. Vonage tries to deliver for as long as the code is valid, but for half an hour at least, because
// it advises against less.
//
// # Failures
//
// Vonage documents its codes for receipts, https://developer.vonage.com/en/api-errors/messages, and does not say which of them
// answer a request, too. Those that leave open whether the message left are Unknown: 1030, an internal error, and a status 500
// without one of the codes that are known. The codes 1241, 1470 and 1472 mean that Vonage takes the messages for a fraud, ordered
// by somebody to be paid for receiving them. They are Permanent: another provider would only be paid for what Vonage has
// stopped.
//
// # Receipts
//
// Vonage posts JSON for each change of a message's status to [Config].StatusURL, which goes along with each message, or to the
// status URL of the application. It signs with a token (HS256) under the account's signature secret, in which is a hash of the
// body: https://developer.vonage.com/en/getting-started/concepts/signing-messages. [Sender.Receipts] wants both to be right, the
// application to be ours, and the token to be no older than a day, for which Vonage is said to repeat what was not taken.
// Whether it signs anew then is not documented. A receipt that somebody got hold of can be posted again for as long.
//
// Vonage says that a receipt may come unsigned when something is wrong on its side. Such a one is refused.
//
// # No conversions
//
// Vonage's Conversion API wants the message-id that the SMS API or the Call API answered. Whether it takes the message_uuid of
// the Messages API is not documented, so this package does not report conversions.
//
// # Not verified
//
// This was written from Vonage's documents and its SDKs, without an account. The token of a receipt is checked with two
// published ones; of a receipt with its body there is none. Indian entity and content ids, number pools and other channels are not
// supported.
package vonage
