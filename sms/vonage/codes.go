package vonage

import (
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Codes of the Messages API, and the words that all of Vonage's APIs have: https://developer.vonage.com/en/api-errors/messages
// and https://developer.vonage.com/en/api-errors.
var codes = wire.Codes{
	"1100": {Class: cattlegrid.Temporary, Hint: "Vonage could not submit the message"},
	"1180": {Class: cattlegrid.Unknown, Hint: "the phone is off or has no reception"},
	"1230": {Class: cattlegrid.Unknown, Hint: "the network failed"},

	// Whether the message left these do not say.
	"1030":         {Class: cattlegrid.Unknown, Hint: "Vonage failed inside"},
	"system-error": {Class: cattlegrid.Unknown, Hint: "Vonage failed inside"},
	"1220":         {Class: cattlegrid.Unknown, Hint: "the phone was busy; the carrier may try again"},
	"1320":         {Class: cattlegrid.Unknown, Hint: "Vonage says that the message was sent already"},
	"1330":         {Class: cattlegrid.Unknown, Hint: "the carrier failed with an error that Vonage does not know"},
	"1360":         {Class: cattlegrid.Unknown, Hint: "the message expired before it was delivered"},
	"1460":         {Class: cattlegrid.Unknown, Hint: "look the code up at Vonage"},

	"1040": {Class: cattlegrid.Permanent, Hint: "the number has no known prefix"},
	"1050": {Class: cattlegrid.Permanent, Hint: "the number is barred"},
	"1170": {Class: cattlegrid.Permanent, Hint: "the number is malformed"},
	"1430": {Class: cattlegrid.Permanent, Hint: "the number is malformed"},
	"1190": {Class: cattlegrid.Permanent, Hint: "the number is no longer in use"},
	"1200": {Class: cattlegrid.Permanent, Hint: "the number was moved to another carrier, and something went wrong with that"},
	"1240": {Class: cattlegrid.Permanent, Hint: "the owner of the number has answered STOP and wants no messages"},
	"1260": {Class: cattlegrid.Permanent, Hint: "the number cannot be reached"},
	"1270": {Class: cattlegrid.Permanent, Hint: "the carrier does not let the message through to somebody of that age"},
	"1280": {Class: cattlegrid.Permanent, Hint: "the carrier blocks messages to the number"},
	"1290": {Class: cattlegrid.Permanent, Hint: "the owner of the number has no credit to receive messages"},
	"1300": {Class: cattlegrid.Permanent, Hint: "the number is not one of the network's"},
	"1310": {Class: cattlegrid.Permanent, Hint: "the phone cannot receive the message"},

	"unauthorized":      {Class: cattlegrid.Misconfigured, Hint: "ApplicationID and PrivateKey are not of the same application, or this machine's clock is off"},
	"forbidden":         {Class: cattlegrid.Misconfigured, Hint: "the account may not do that; switch Messages on for the application"},
	"not-found":         {Class: cattlegrid.Misconfigured, Hint: "there is no such API; check Endpoint"},
	"unprovisioned":     {Class: cattlegrid.Misconfigured, Hint: "the account has no access to the Messages API"},
	"account-suspended": {Class: cattlegrid.Misconfigured, Hint: "the account is suspended; ask Vonage's support"},
	"jwt-*":             {Class: cattlegrid.Misconfigured, Hint: "the token has expired or was revoked; check this machine's clock"},
	"invalid-*":         {Class: cattlegrid.Misconfigured, Hint: "a parameter, a key or a signature is wrong"},
	"1010":              {Class: cattlegrid.Misconfigured, Hint: "a parameter is missing"},
	"1020":              {Class: cattlegrid.Misconfigured, Hint: "a parameter is malformed"},
	"1021":              {Class: cattlegrid.Misconfigured, Hint: "a tag is malformed"},
	"1022":              {Class: cattlegrid.Misconfigured, Hint: "a template is malformed"},
	"1060":              {Class: cattlegrid.Misconfigured, Hint: "the account is barred; ask Vonage's support"},
	"1080":              {Class: cattlegrid.Misconfigured, Hint: "the account may not use this API; ask Vonage's support"},
	"1090":              {Class: cattlegrid.Misconfigured, Hint: "the text is too long"},
	"1110":              {Class: cattlegrid.Misconfigured, Hint: "the signature is wrong"},
	"1120":              {Class: cattlegrid.Misconfigured, Hint: "the country does not allow this From; take a number, or register the name"},
	"1420":              {Class: cattlegrid.Misconfigured, Hint: "From is not valid"},
	"1130":              {Class: cattlegrid.Misconfigured, Hint: "the time to live is not valid"},
	"1140":              {Class: cattlegrid.Misconfigured, Hint: "the account may not do that; ask Vonage's support"},
	"1150":              {Class: cattlegrid.Misconfigured, Hint: "a parameter is malformed"},
	"1160":              {Class: cattlegrid.Misconfigured, Hint: "a trial account sends to listed numbers only; top it up, or list the number in the dashboard"},
	"1210":              {Class: cattlegrid.Misconfigured, Hint: "the carrier takes the message for spam; change the text or From"},
	"1250":              {Class: cattlegrid.Misconfigured, Hint: "there is no route to the number's network from this From; ask Vonage's support"},
	"1340":              {Class: cattlegrid.Misconfigured, Hint: "the message is outside of the time that is allowed"},
	"1350":              {Class: cattlegrid.Misconfigured, Hint: "a fee is not paid"},
	"1370":              {Class: cattlegrid.Misconfigured, Hint: "an access token has expired"},
	"1476":              {Class: cattlegrid.Misconfigured, Hint: "look the code up at Vonage"},
	"148*":              {Class: cattlegrid.Misconfigured, Hint: "the entity, header, content or consent is not registered, as India wants it"},

	// Limits are for a second: thirty requests, unless agreed otherwise.
	"1000":       {Class: cattlegrid.Throttled, Hint: "the account sends more than it may at once", Wait: time.Second},
	"throttled":  {Class: cattlegrid.Throttled, Hint: "the account sends more than it may at once", Wait: time.Second},
	"rate-limit": {Class: cattlegrid.Throttled, Hint: "the account sends more than it may at once", Wait: time.Second},

	"1070":        {Class: cattlegrid.Unpaid, Hint: "the account's balance is too low"},
	"low-balance": {Class: cattlegrid.Unpaid, Hint: "the account's balance is too low"},

	// Nobody else is to be asked: the next provider would be paid for what was stopped here.
	"1241": {Class: cattlegrid.Permanent, Hint: "Vonage stops the messages: too many to such numbers"},
	"1470": {Class: cattlegrid.Permanent, Hint: "Vonage's Fraud Defender stops the message; see its rules in the dashboard"},
	"1472": {Class: cattlegrid.Permanent, Hint: "Vonage's Fraud Defender stops the message; see its rules in the dashboard"},
}
