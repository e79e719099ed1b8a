package twilio

import (
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Codes of refusals: https://www.twilio.com/docs/api/errors. Those of receipts are not among them, unless they are answers too.
var codes = wire.Codes{
	"20503": {Class: cattlegrid.Temporary, Hint: "Twilio is not available at the moment"},
	"21730": {Class: cattlegrid.Temporary, Hint: "Twilio is under maintenance"},
	"20500": {Class: cattlegrid.Unknown, Hint: "Twilio failed inside, and says that the message may have left"},

	"21211": {Class: cattlegrid.Permanent, Hint: "the number is not valid"},
	"21214": {Class: cattlegrid.Permanent, Hint: "the number cannot be reached"},
	"21217": {Class: cattlegrid.Permanent, Hint: "the number does not appear to be valid"},
	"21265": {Class: cattlegrid.Permanent, Hint: "the number is a short code"},
	"21610": {Class: cattlegrid.Permanent, Hint: "the owner of the number has answered STOP and wants no messages"},
	"21614": {Class: cattlegrid.Permanent, Hint: "the number is not a mobile one"},
	"21635": {Class: cattlegrid.Permanent, Hint: "the number is a landline"},

	"20003": {Class: cattlegrid.Misconfigured, Hint: "AccountSID, AuthToken or the API key is wrong; copy them from the console"},
	"20403": {Class: cattlegrid.Misconfigured, Hint: "the account or the API key may not send; see the console"},
	"20404": {Class: cattlegrid.Misconfigured, Hint: "there is no such account or endpoint; check AccountSID and Endpoint"},
	"21401": {Class: cattlegrid.Misconfigured, Hint: "From is not valid; take a number from the console"},
	"21212": {Class: cattlegrid.Misconfigured, Hint: "From is not valid; take a number from the console"},
	"21601": {Class: cattlegrid.Misconfigured, Hint: "From is no number of the account's; take one from the console"},
	"21603": {Class: cattlegrid.Misconfigured, Hint: "From is missing; set From or MessagingServiceSID"},
	"21606": {Class: cattlegrid.Misconfigured, Hint: "From is not a number of the account's that can send SMS to this country"},
	"21612": {Class: cattlegrid.Misconfigured, Hint: "the number cannot be reached from this From; get another sender for the country"},
	"21616": {Class: cattlegrid.Misconfigured, Hint: "From stands for more than one number; write it as +15017122661"},
	"21659": {Class: cattlegrid.Misconfigured, Hint: "From is no number of Twilio's, or of another country than said"},
	"21660": {Class: cattlegrid.Misconfigured, Hint: "From belongs to another account; check AccountSID"},
	"21661": {Class: cattlegrid.Misconfigured, Hint: "From cannot send SMS"},
	"21701": {Class: cattlegrid.Misconfigured, Hint: "there is no such messaging service; check MessagingServiceSID"},
	"21703": {Class: cattlegrid.Misconfigured, Hint: "the messaging service has no sender; add a number to its pool"},
	"21705": {Class: cattlegrid.Misconfigured, Hint: "MessagingServiceSID is not valid"},
	"21408": {Class: cattlegrid.Misconfigured, Hint: "the country is switched off; switch it on in the console: Messaging, Settings, Geo permissions"},
	"21608": {Class: cattlegrid.Misconfigured, Hint: "a trial account sends to verified numbers only; upgrade it, or verify the number in the console"},
	"21609": {Class: cattlegrid.Misconfigured, Hint: "StatusURL is not valid"},
	"21602": {Class: cattlegrid.Misconfigured, Hint: "the text is empty"},
	"21604": {Class: cattlegrid.Misconfigured, Hint: "the number is missing"},
	"21605": {Class: cattlegrid.Misconfigured, Hint: "the text is longer than 1600 characters"},
	"21617": {Class: cattlegrid.Misconfigured, Hint: "the text is longer than 1600 characters"},

	"20429": {Class: cattlegrid.Throttled, Hint: "too many requests at once"},
	"14107": {Class: cattlegrid.Throttled, Hint: "the number got too many messages within half a minute", Wait: 30 * time.Second},
	"21611": {Class: cattlegrid.Throttled, Hint: "too many messages wait for From; add senders to a messaging service"},
	"63038": {Class: cattlegrid.Throttled, Hint: "the account sent as many messages as it may a day"},

	// An empty account is suspended, but not every suspended account is empty.
	"10001": {Class: cattlegrid.Unpaid, Hint: "the account is not active: its balance is used up, or Twilio suspended it; see the console"},
	"20005": {Class: cattlegrid.Unpaid, Hint: "the account is not active: its balance is used up, or Twilio suspended it; see the console"},

	// Any other class would have the next provider pay for what was stopped here.
	"30450": {Class: cattlegrid.Permanent, Hint: "Twilio takes this for SMS pumping and blocks the number for 15 to 30 minutes"},
	"30453": {Class: cattlegrid.Permanent, Hint: "Twilio takes this for SMS pumping and blocks the number for some hours"},
	"30454": {Class: cattlegrid.Permanent, Hint: "Twilio takes this for SMS pumping and blocks it"},
}
