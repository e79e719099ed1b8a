// Package console is a sender for development: it prints each message instead of sending it, and remembers the last
// one of each number, so that a newcomer needs neither a provider nor a phone.
//
//	sender := console.New(os.Stderr)
//	…
//	message, sentAt, ok := sender.Last(number) // for a development inbox
//
// A message is printed like this:
//
//	┌ SMS to +8613800138000
//	│ [Example] 123456 is your code for sign-in, valid for 5 minutes.
//	└
//
// # Not for production
//
// Numbers, codes and texts are printed in clear, which is the purpose here and a leak anywhere else: who can read the
// output can pass for anybody. Nobody receives an SMS.
//
// # Bounds
//
// The messages of the 1000 numbers last sent to are remembered, in memory. A frame is written in one call, and frames
// never mix. While the writer blocks, for instance a terminal after Ctrl-S, sends fail when their contexts end, and
// what was remembered stays readable.
package console
