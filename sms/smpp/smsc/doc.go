// Package smsc is an SMSC that delivers nothing: a transceiver binds to it, submits messages, and gets receipts, as with a
// real one. It is for tests and for trying a site without a provider.
//
//	server := smsc.New(smsc.Config{SystemID: "acme", Password: "secret"}, nil)
//	go server.Serve(listener)
//	…
//	fmt.Println(server.Messages())
//
// It holds peers to the protocol: who may bind, what may be said before, how long a field is, how many submits may be open.
// [Answer] says how it treats a message: take it, refuse it with any status, be silent before or after it was taken, cut
// the link, write rubbish, send the receipt early or lose it.
//
// For TLS, listen with [crypto/tls.NewListener].
package smsc
