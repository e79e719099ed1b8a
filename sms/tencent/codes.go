package tencent

import (
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Codes of requests and of numbers: https://cloud.tencent.com/document/api/382/59177, and those that all of Tencent's APIs
// share: https://cloud.tencent.com/document/api/382/52075.
var codes = wire.Codes{
	"ServiceUnavailable":          {Class: cattlegrid.Temporary, Hint: "the service is not available"},
	"ResourceUnavailable":         {Class: cattlegrid.Temporary, Hint: "the service is not available"},
	"InternalError.JsonParseFail": {Class: cattlegrid.Temporary, Hint: "Tencent could not read its own request"},

	// Of these nobody knows how far the message came.
	"InternalError":                          {Class: cattlegrid.Unknown, Hint: "Tencent's system failed"},
	"InternalError.Timeout":                  {Class: cattlegrid.Unknown, Hint: "handing the message on took Tencent too long"},
	"InternalError.SendAndRecvFail":          {Class: cattlegrid.Unknown, Hint: "handing the message on took Tencent too long"},
	"InternalError.ParseBackendResponseFail": {Class: cattlegrid.Unknown, Hint: "Tencent could not read what the carrier answered"},
	"InternalError.OtherError":               {Class: cattlegrid.Unknown, Hint: "Tencent's system failed"},
	"InternalError.UnknownError":             {Class: cattlegrid.Unknown, Hint: "Tencent's system failed"},
	"FailedOperation.OtherError":             {Class: cattlegrid.Unknown, Hint: "something failed, mostly a parameter that is malformed"},

	"InvalidParameterValue.IncorrectPhoneNumber": {Class: cattlegrid.Permanent, Hint: "the number is malformed"},
	"FailedOperation.PhoneNumberParseFail":       {Class: cattlegrid.Permanent, Hint: "the number is malformed"},
	"FailedOperation.PhoneNumberInBlacklist":     {Class: cattlegrid.Permanent, Hint: "the owner of the number, or the carrier, wants no messages"},

	// Another provider may well send to these countries.
	"UnsupportedOperation.UnsupportedRegion":      {Class: cattlegrid.Misconfigured, Hint: "Tencent does not send to this country; send there through another provider"},
	"LimitExceeded.AppCountryOrRegionInBlacklist": {Class: cattlegrid.Misconfigured, Hint: "the application may not send to this country; allow it in the console"},

	"FailedOperation.SignatureIncorrectOrUnapproved":           {Class: cattlegrid.Misconfigured, Hint: "the signature does not exist, or was not approved; give its text, not its id"},
	"FailedOperation.MissingSignatureList":                     {Class: cattlegrid.Misconfigured, Hint: "the account has no approved signature; file one in the console"},
	"FailedOperation.MissingTemplateList":                      {Class: cattlegrid.Misconfigured, Hint: "the account has no approved template; file one in the console"},
	"FailedOperation.TemplateIncorrectOrUnapproved":            {Class: cattlegrid.Misconfigured, Hint: "the template was not approved; see the console"},
	"FailedOperation.TemplateUnapprovedOrNotExist":             {Class: cattlegrid.Misconfigured, Hint: "the template does not exist, or was not approved; see the console"},
	"FailedOperation.TemplateIdNotExist":                       {Class: cattlegrid.Misconfigured, Hint: "the template does not exist; see the console"},
	"FailedOperation.TemplateParamSetNotMatchApprovedTemplate": {Class: cattlegrid.Misconfigured, Hint: "the template has more variables, or fewer"},
	"FailedOperation.ContainSensitiveWord":                     {Class: cattlegrid.Misconfigured, Hint: "the text has words that are not sent"},
	"FailedOperation.MarketingSendTimeConstraint":              {Class: cattlegrid.Misconfigured, Hint: "the template is for marketing, which is sent from 8 to 22 o'clock; file one for codes"},
	"FailedOperation.FailResolvePacket":                        {Class: cattlegrid.Misconfigured, Hint: "the request is malformed"},
	"FailedOperation.JsonParseFail":                            {Class: cattlegrid.Misconfigured, Hint: "the request is malformed"},
	"InvalidParameterValue.TemplateParameterFormatError":       {Class: cattlegrid.Misconfigured, Hint: "a variable of a template for codes takes up to 6 digits and nothing else; make codes shorter, or file another template"},
	"InvalidParameterValue.TemplateParameterLengthLimit":       {Class: cattlegrid.Misconfigured, Hint: "a variable is too long; the console sets how long it may be"},
	"InvalidParameterValue.SdkAppIdNotExist":                   {Class: cattlegrid.Misconfigured, Hint: "the application does not exist; see AppID in the console"},
	"InvalidParameter*":                                        {Class: cattlegrid.Misconfigured, Hint: "a parameter is malformed"},
	"MissingParameter*":                                        {Class: cattlegrid.Misconfigured, Hint: "a parameter is missing"},

	"UnauthorizedOperation.RequestIpNotInWhitelist": {Class: cattlegrid.Misconfigured, Hint: "this machine's address is not on the application's white list"},
	"UnauthorizedOperation.SdkAppIdIsDisabled":      {Class: cattlegrid.Misconfigured, Hint: "the application is switched off"},
	"UnauthorizedOperation.SmsSdkAppIdVerifyFail":   {Class: cattlegrid.Misconfigured, Hint: "the application is not of this account; see AppID in the console"},
	"UnauthorizedOperation*":                        {Class: cattlegrid.Misconfigured, Hint: "the user may not send; give it the permission"},
	"IpInBlacklist":                                 {Class: cattlegrid.Misconfigured, Hint: "this machine's address is on a black list"},
	"IpNotInWhitelist":                              {Class: cattlegrid.Misconfigured, Hint: "this machine's address is not on the white list"},

	"UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone": {Class: cattlegrid.Misconfigured, Hint: "the template is for the mainland; file one for numbers elsewhere"},
	"UnsupportedOperation.GlobalTemplateToChineseMainlandPhone": {Class: cattlegrid.Misconfigured, Hint: "the template is for numbers elsewhere; file one for the mainland"},
	"UnsupportedOperation*": {Class: cattlegrid.Misconfigured, Hint: "the operation is not supported"},

	"AuthFailure.SignatureExpire":        {Class: cattlegrid.Misconfigured, Hint: "this machine's clock is more than 5 minutes off"},
	"InternalError.RequestTimeException": {Class: cattlegrid.Misconfigured, Hint: "this machine's clock is more than 10 minutes off"},
	"AuthFailure.SignatureFailure":       {Class: cattlegrid.Misconfigured, Hint: "the SecretKey is wrong"},
	"AuthFailure.SecretIdNotFound":       {Class: cattlegrid.Misconfigured, Hint: "the SecretID does not exist, or is switched off"},
	"AuthFailure.InvalidSecretId":        {Class: cattlegrid.Misconfigured, Hint: "the SecretID is not one of an API key"},
	"AuthFailure*":                       {Class: cattlegrid.Misconfigured, Hint: "the key is wrong, or may not send"},
	"InternalError.Sig*":                 {Class: cattlegrid.Misconfigured, Hint: "the signature is wrong or missing"},
	"InvalidAction":                      {Class: cattlegrid.Misconfigured, Hint: "the endpoint is of another product"},
	"NoSuchVersion":                      {Class: cattlegrid.Misconfigured, Hint: "the endpoint is of another product"},
	"UnsupportedRegion":                  {Class: cattlegrid.Misconfigured, Hint: "the region does not send; take ap-guangzhou, or ap-singapore at the international site"},

	"LimitExceeded.PhoneNumberThirtySecondLimit":     {Class: cattlegrid.Throttled, Hint: "the number got as many messages as the console allows in 30 seconds", Wait: 30 * time.Second},
	"LimitExceeded.PhoneNumberOneHourLimit":          {Class: cattlegrid.Throttled, Hint: "the number got as many messages as the console allows in an hour"},
	"LimitExceeded.PhoneNumberDailyLimit":            {Class: cattlegrid.Throttled, Hint: "the number got as many messages as the console allows a day"},
	"LimitExceeded.PhoneNumberSameContentDailyLimit": {Class: cattlegrid.Throttled, Hint: "the number got the same message as often as the console allows a day"},
	"LimitExceeded.DeliveryFrequencyLimit":           {Class: cattlegrid.Throttled, Hint: "a limit of the console's was reached"},
	"LimitExceeded.App*":                             {Class: cattlegrid.Throttled, Hint: "the application sent as many messages as the console allows a day"},
	"LimitExceeded.DailyLimit":                       {Class: cattlegrid.Throttled, Hint: "the account sent as many messages abroad as Tencent allows a day; ask support for more"},
	"LimitExceeded.PhoneNumberCountLimit":            {Class: cattlegrid.Misconfigured, Hint: "too many numbers in one request"},
	"LimitExceeded*":                                 {Class: cattlegrid.Throttled, Hint: "a limit was reached"},
	"RequestLimitExceeded*":                          {Class: cattlegrid.Throttled, Hint: "too many requests"},

	"FailedOperation.InsufficientBalanceInSmsPackage":  {Class: cattlegrid.Unpaid, Hint: "the package of messages is used up; buy another one"},
	"UnauthorizedOperation.ServiceSuspendDueToArrears": {Class: cattlegrid.Unpaid, Hint: "the service is suspended until the account is paid"},
}
