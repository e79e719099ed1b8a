package twilio

// What the golden vectors are about.
var (
	Signature = signature
	IsSigned  = isSigned
)
