// Package route is a sender made of senders: it hands each message to the provider that is best for its country, and to
// another one if the first could not take it.
//
//	sender, err := route.New(route.Options{
//		Links: []route.Link{
//			{Name: "aliyun", Sender: aliyun, Countries: []string{"CN"}},
//			{Name: "twilio", Sender: twilio},
//		},
//		OnEvent: func(e route.Event) { log.Warn("sms route", "link", e.Link, "change", e.Change, "reason", e.Reason) },
//	})
//
// [Link] says what a link is, [Order] in which order links are asked, [Route.Links], [Event] and
// [Try] what the operator learns.
//
// # Two tries, one message
//
// A message is tried at most twice, each time with the same id and the same code. There is a second try only if the first one
// failed and it is certain that no message left and that another provider may do better: after Temporary, Throttled, Unpaid and
// Misconfigured. After Permanent there is none, because the number is bad for everybody; after Unknown neither, because the
// message may have left, and a second one would be paid for too. A try that runs into its timeout is whatever the sender says
// of it: Unknown if the provider may have read the message, and so final.
//
// Each try has the timeout of its link, 2.5 seconds unless configured, and both together 5 seconds or what ctx leaves. A second
// try with less than half a second left is not made: a failure that is certain would become one that is not. All this counts
// on the promise of [cattlegrid.Sender] to return when ctx is done.
//
// Nothing waits in a queue. A link that has [Link].InFlight messages under way is passed over, and if there is no other the
// message fails at once, Temporary. So a route holds as many messages as its links allow together.
//
// When one try failed, its error is returned as the link gave it. When both failed the error names both; its Provider is
// "route", and its Class is the one that a caller must believe: Unknown if the second try is Unknown, so that the message is
// refunded only if none left for certain; else Permanent if a provider knows that the number is bad; else the one that leaves
// most hope.
//
// # Links that rest
//
// A link rests, which means that it is asked only if all others rest too, for one of these reasons:
//
//   - "failing": its breaker is open ([gobreaker]). It opens after five failures in a row, or when one in five of at least
//     twenty tries within a minute fails. Failures are Temporary, Unknown, and a message that was taken, but only after three
//     quarters of the timeout. A try that the caller cancelled, or cut to less than half of its timeout, says nothing of the
//     link and does not count. Permanent does not count either, else whoever types bad numbers could hold a bad link open or
//     close a good one; Throttled, Unpaid and Misconfigured have their own pauses.
//   - "throttled": its account is. A provider throttles numbers as well as accounts, and few say which. So Throttled makes a link
//     rest only after three different numbers were throttled within ten seconds and no message was taken in between. One number
//     cannot do that, and an account at its limit that still takes some is used to its limit, with the rest on the other links.
//     The link rests for the shortest RetryAfter of the three, since one that is longer may be that of a number; for ten seconds
//     if none is known; for one second at least, five minutes at most.
//   - "unpaid": for a minute, twice as long each time it happens again, up to fifteen minutes.
//   - "misconfigured": the same, but only for messages of the same country, purpose and language. A template, a signature and a
//     permission are for some of them, and the others should go on. With a wrong key each kind of message finds out by itself.
//
// An open breaker rests for half a minute. Then real messages try the link again, one at a time and with their second try behind
// them; three good ones in a row close the breaker, one bad one opens it again, for twice as long each time, up to fifteen minutes.
// Once it has been closed for ten minutes it begins with half a minute again. It doubles because of links that hang: each try
// of one costs a visitor the code, since no code of unknown fate is sent twice. A link that hangs costs five codes, those that
// are under way by then, and in the end four an hour.
//
// Where all links rest they are asked in order, breaker or not, because a message that is not tried does not arrive for certain.
// A link that is full does not rest: what overflows is refused, not sent where it would be lost.
//
// # Health and order
//
// Whether a provider that takes messages also delivers them is known elsewhere; whoever knows tells [Route.Observe]. Nothing is
// remembered per message. Per link and country there are four counts that fade with a half-life of an hour:
// taken (with those of unknown fate), delivered, undelivered, converted. Once a conversion has been reported, the evidence for
// a link is
//
//	good = converted, bad = taken - converted
//
// and until then, good = delivered and bad = undelivered. Conversions are the better witness: they include delivery, and some
// providers write receipts for messages that nobody got. They come late, so a message counts as taken with a delay too, half of
// them after two minutes, which is later than people enter codes. While more than 500 messages are known the half-life is ten
// minutes, so that a busy link that breaks is found out within twenty.
//
// With [Configured] and [ByPrice] a link with evidence of twenty messages or more goes behind the others while its rate, (good + 1) /
// (good + bad + 2), is less than half of the best link's. A link without evidence has the rate 1/2, so a first link that
// delivers next to nothing loses its place to one that nobody has tried.
//
// With [Adaptive] each message draws a rate for each link and takes the link whose draw promises most:
//
//	draw ~ Beta(good + 1, bad + 1)
//	gain = draw × Worth - price
//
// This is Thompson sampling (W. R. Thompson, Biometrika 1933) with counts that fade (V. Raj and S. Kalyani, "Taming
// Non-stationary Bandits", arXiv:1707.09727): links that differ for certain are told apart, links that may not are both used.
// Gain is in money, so that price has its true weight. The rate per price would not do: it takes 70 % at 0.030 before 95 % at
// 0.045, and loses a quarter of the visitors to save a third of the cost. While nothing is known the order is that of price.
//
// In any order a share of messages, 5 % unless configured, explores: with Adaptive a link drawn at random goes first, in the other
// orders a link that would go behind keeps its place. So a link that was bad and is good again is found out.
//
// [gobreaker]: https://github.com/sony/gobreaker
package route
