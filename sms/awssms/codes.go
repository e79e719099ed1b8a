package awssms

import (
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/pinpointsmsvoicev2/types"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Codes are reasons and, where there is none or it is not known, names of errors:
// https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html. Those that have no reasons are
// from https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html. InternalServerException is in neither class: AWS says that
// the request was not completed, which is not that nothing left.
var codes = wire.Codes{
	"ServiceUnavailable":          {Class: cattlegrid.Temporary, Hint: "AWS is not available"},
	"ServiceUnavailableException": {Class: cattlegrid.Temporary, Hint: "AWS is not available"},

	"ThrottlingException":      {Class: cattlegrid.Throttled, Hint: "more parts of messages a second than the origination identity may send"},
	"TooManyRequestsException": {Class: cattlegrid.Throttled, Hint: "too many requests a second"},

	"MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT": {Class: cattlegrid.Unpaid, Hint: "the month's spending limit is reached; raise it, by a support case at first"},

	"DESTINATION_PHONE_NUMBER_OPTED_OUT":                          {Class: cattlegrid.Permanent, Hint: "the owner of the number wants no messages"},
	"DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE": {Class: cattlegrid.Permanent, Hint: "the protect configuration has a rule against the number"},
	badNumber: {Class: cattlegrid.Permanent, Hint: "the number is malformed"},

	"DESTINATION_PHONE_NUMBER_NOT_VERIFIED":                {Class: cattlegrid.Misconfigured, Hint: "the account is in the sandbox and sends to verified numbers only; ask for production access"},
	"DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION": {Class: cattlegrid.Misconfigured, Hint: "the protect configuration blocks the country"},
	"DESTINATION_COUNTRY_BLOCKED":                          {Class: cattlegrid.Misconfigured, Hint: "AWS sends nothing to the country for this account"},
	"NO_ORIGINATION_IDENTITIES_FOUND":                      {Class: cattlegrid.Misconfigured, Hint: "the account has no number or sender ID that reaches the country; get one"},
	"INVALID_IDENTITY_FOR_DESTINATION_COUNTRY":             {Class: cattlegrid.Misconfigured, Hint: "the origination identity does not reach the country; get another one"},
	"INTERNATIONAL_SENDING_NOT_SUPPORTED":                  {Class: cattlegrid.Misconfigured, Hint: "the origination identity sends to its own country only"},
	"COUNTRY_CODE_MISMATCH":                                {Class: cattlegrid.Misconfigured, Hint: "the origination identity is of another country"},
	"COUNTRY_NOT_ENABLED":                                  {Class: cattlegrid.Misconfigured, Hint: "the country is not enabled"},
	"MESSAGE_TYPE_MISMATCH":                                {Class: cattlegrid.Misconfigured, Hint: "the origination identity is for promotion; take a transactional one"},
	"NUMBER_CAPABILITIES_MISMATCH":                         {Class: cattlegrid.Misconfigured, Hint: "the origination number cannot send SMS"},
	"RESOURCE_NOT_ACTIVE":                                  {Class: cattlegrid.Misconfigured, Hint: "the origination identity is not active yet; see its state in the console"},
	"REGISTRATION_NOT_COMPLETE":                            {Class: cattlegrid.Misconfigured, Hint: "the registration of the origination identity is not complete"},
	"SENDER_ID_NOT_REGISTERED":                             {Class: cattlegrid.Misconfigured, Hint: "the sender ID is not registered for the country"},
	"SENDER_ID_NOT_SUPPORTED":                              {Class: cattlegrid.Misconfigured, Hint: "the country takes no sender IDs; get a number"},
	"SENDER_ID_REQUIRES_REGISTRATION":                      {Class: cattlegrid.Misconfigured, Hint: "the country wants the sender ID registered"},
	"PRICE_OVER_THRESHOLD":                                 {Class: cattlegrid.Misconfigured, Hint: "the message would cost more than MaxPrice"},
	"INSUFFICIENT_ACCOUNT_REPUTATION":                      {Class: cattlegrid.Misconfigured, Hint: "AWS restricted the account; open a support case"},
	"ACCOUNT_DISABLED":                                     {Class: cattlegrid.Misconfigured, Hint: "AWS switched the account's sending off; open a support case"},

	"ConflictException":             {Class: cattlegrid.Misconfigured, Hint: "the message does not fit the resources it is sent with; see the reason"},
	"ValidationException":           {Class: cattlegrid.Misconfigured, Hint: "a parameter is not allowed; see the reason"},
	"ServiceQuotaExceededException": {Class: cattlegrid.Misconfigured, Hint: "a quota of the account is used up"},
	"ResourceNotFoundException":     {Class: cattlegrid.Misconfigured, Hint: "the origination identity, configuration set or message is not in this account and region"},
	"AccessDeniedException":         {Class: cattlegrid.Misconfigured, Hint: "the IAM user may not; give it sms-voice:SendTextMessage and sms-voice:PutMessageFeedback"},

	"InvalidSignatureException":   {Class: cattlegrid.Misconfigured, Hint: "the SecretAccessKey is wrong, or this machine's clock"},
	"SignatureDoesNotMatch":       {Class: cattlegrid.Misconfigured, Hint: "the SecretAccessKey is wrong"},
	"IncompleteSignature*":        {Class: cattlegrid.Misconfigured, Hint: "the signature is malformed; is there something in front of AWS?"},
	"UnrecognizedClientException": {Class: cattlegrid.Misconfigured, Hint: "the AccessKeyID does not exist or is switched off, or the session token is wrong"},
	"InvalidClientTokenId":        {Class: cattlegrid.Misconfigured, Hint: "the AccessKeyID does not exist or is switched off"},
	"MissingAuthenticationToken*": {Class: cattlegrid.Misconfigured, Hint: "the request arrived without its signature; is there something in front of AWS?"},
	"ExpiredToken*":               {Class: cattlegrid.Misconfigured, Hint: "the session token has expired"},
	"RequestExpired":              {Class: cattlegrid.Misconfigured, Hint: "this machine's clock is off"},
	"OptInRequired":               {Class: cattlegrid.Misconfigured, Hint: "the account has not subscribed to the service"},
	"NotAuthorized":               {Class: cattlegrid.Misconfigured, Hint: "the IAM user may not; give it sms-voice:SendTextMessage"},
}

// badNumber is our name for a number that AWS finds malformed; its own reasons are the same for all parameters.
const badNumber = "DestinationPhoneNumber"

// unnamed is how the SDK calls errors that have no name.
const unnamed = "UnknownError"

var errNoRequest = errors.New("no request could be made; are the region and the credentials right?")

// refusal is what an error of the SDK means. None of its text is repeated.
func refusal(err error, e *wire.Exchange) error {
	if e.Answer().Status == 0 {
		return errNoRequest
	}
	named, ok := errors.AsType[interface {
		error
		ErrorCode() string
	}](err)
	if !ok || named.ErrorCode() == "" || named.ErrorCode() == unnamed {
		return e.Answer().Refuse()
	}
	name, reason := named.ErrorCode(), reasonOf(err)
	if _, known := codes[reason]; known {
		return codes.Refuse(reason)
	}
	err = codes.Refuse(name)
	if failure, ok := errors.AsType[*cattlegrid.SendError](err); ok && reason != "" {
		failure.Code = wire.Code(reason) // what to look up
	}
	return err
}

// reasonOf is the reason within an error, "" if it has none.
func reasonOf(err error) string {
	if e, ok := errors.AsType[*types.ConflictException](err); ok {
		return string(e.Reason)
	}
	if e, ok := errors.AsType[*types.ValidationException](err); ok {
		return reasonOfInvalid(e)
	}
	if e, ok := errors.AsType[*types.ServiceQuotaExceededException](err); ok {
		return string(e.Reason)
	}
	if e, ok := errors.AsType[*types.AccessDeniedException](err); ok {
		return string(e.Reason)
	}
	return ""
}

func reasonOfInvalid(e *types.ValidationException) string {
	switch e.Reason { //nolint:exhaustive // the others say enough
	case types.ValidationExceptionReasonFieldValidationFailed, types.ValidationExceptionReasonInvalidParameter, types.ValidationExceptionReasonInvalidRequest:
		if slices.ContainsFunc(e.Fields, func(f types.ValidationExceptionField) bool { return aws.ToString(f.Name) == badNumber }) {
			return badNumber
		}
	}
	return string(e.Reason)
}
