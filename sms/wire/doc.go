// Package wire is one exchange with a provider over HTTP, for the packages beside it and for senders of your own.
//
// A sender says how a message becomes a request and how an answer is read; [Client.Send] does the rest:
//
//	func (s *Sender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
//		return s.client.Send(ctx, m, s.request, s.read)
//	}
//
// # The fate of a message
//
// When there is no answer, it depends on how far the request came. Until a connection stands, with its TLS handshake
// complete, nothing can have left, and the failure is Temporary: name not found, connection refused, wrong certificate, time
// over. From then on it is Unknown. A request is made once: neither redirects nor failures repeat it. An answer that cannot
// be understood is judged by its status, see [Answer.Refuse].
//
// A transport that is given tells how far a request came as [http.Transport] does, through net/http/httptrace. All failures of
// one that tells nothing are Unknown.
//
// # Bounds
//
// Four seconds for the whole exchange unless configured, 64 KiB of the answer's body. Errors contain no code, no number, no
// key and no URL; what the provider wrote is not repeated, but for its code of the failure, see [Codes].
package wire
