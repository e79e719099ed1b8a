// Package cattlegrid stands in front of "send me an SMS code". It shows a challenge that a person can read, checks the
// answer, decides whether one more SMS may leave, sends it, checks the code that comes back, and signs a proof that the
// phone number belongs to the person in front of the browser.
//
// A cattle grid lets people cross and keeps the herd out.
//
// # The crossing
//
// A [Gate] has three verbs, in the order in which a visitor meets them:
//
//   - [Gate.Challenge] draws a picture and stores its answer under an id that the page chose.
//   - [Gate.SendCode] takes the answer and a phone number, and sends a code.
//   - [Gate.CheckCode] takes the code and returns a [Proof].
//
// Who cannot read a picture listens to it ([Gate.Speak]); who cannot type Chinese picks the answer to a Chinese one
// ([Gate.Candidates]). Neither uses the challenge up.
//
// The site checks the proof with a [Verifier], offline: the gate's public keys ([Gate.JWKS]) are all it needs.
//
// # What it stands on
//
// A [Store] holds secrets and accounts of limits: [MemStore] in memory, package boltstore in one local file, package
// redisstore on Redis. All replicas of a site share one store and one pair of [Keys]. If the store does not answer in
// time, the gate refuses: no SMS leaves on a guess.
//
// A [Sender] delivers messages. Package sms/console prints them, for development; package sms/webhook posts them, signed,
// to the site's own back end.
//
// Package httpapi serves a gate over HTTP, and the command cattlegrid is all of it wired together.
//
// # What is promised
//
// A challenge lets one request through at most, and a code is accepted once, whatever the concurrency and the number of
// replicas. Limits are exact: see package [github.com/cattlegrid/cattlegrid/guard]. Phone numbers, addresses and codes
// are stored as keyed hashes or sealed, and numbers are logged masked.
package cattlegrid
