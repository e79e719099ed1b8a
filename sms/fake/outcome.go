package fake

// Outcome is what a provider does with a message.
type Outcome string

// The outcomes. Those from Busy on are answered as the provider documents it.
const (
	Take         Outcome = "take"
	Busy         Outcome = "busy"         // something is wrong with the provider
	BadNumber    Outcome = "bad-number"   // nobody has the number
	BadTemplate  Outcome = "bad-template" // or signature, or sender: it was not approved
	BadKey       Outcome = "bad-key"      // the request is not authentic
	Throttle     Outcome = "throttle"     // too many messages
	Unpaid       Outcome = "unpaid"       // the account is empty
	UnknownCode  Outcome = "unknown-code" // a code that is in no documentation
	Garbage      Outcome = "garbage"      // taken, but the answer cannot be read
	Huge         Outcome = "huge"         // taken, but the answer has no end
	Redirect     Outcome = "redirect"     // not taken, but sent elsewhere
	ServerError  Outcome = "server-error" // a bare 500: who knows
	HangUntaken  Outcome = "hang-untaken" // no answer, and the message is not taken
	HangTaken    Outcome = "hang-taken"   // no answer, though the message is taken
	CloseUntaken Outcome = "close-untaken"
	CloseTaken   Outcome = "close-taken"
)

// Takes reports whether the message leaves.
func (o Outcome) Takes() bool {
	switch o {
	case Take, Garbage, Huge, HangTaken, CloseTaken:
		return true
	default:
		return false
	}
}

// Behaviour decides what is done with a message. It is called from many goroutines.
type Behaviour func(Message) Outcome
