package aliyun

import (
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Codes of both products and of the gateway before them: https://help.aliyun.com/document_detail/101346.html and
// https://help.aliyun.com/document_detail/85198.html.
var codes = wire.Codes{
	"isp.SYSTEM_ERROR":   {Class: cattlegrid.Temporary, Hint: "Alibaba's system failed"},
	"isp.GATEWAY_ERROR":  {Class: cattlegrid.Unknown, Hint: "Alibaba's gateway failed"},
	"InternalError":      {Class: cattlegrid.Unknown, Hint: "Alibaba's system failed"},
	"ServiceUnavailable": {Class: cattlegrid.Temporary, Hint: "the service is not available"},
	"SystemError":        {Class: cattlegrid.Unknown, Hint: "Alibaba's system failed"},
	"UnknowError":        {Class: cattlegrid.Unknown, Hint: "Alibaba's system failed"}, // sic

	"isv.MOBILE_NUMBER_ILLEGAL":         {Class: cattlegrid.Permanent, Hint: "the number is malformed"},
	"MOBILE_NUMBER_ILLEGAL":             {Class: cattlegrid.Permanent, Hint: "the number is malformed"},
	"isv.BLACK_KEY_CONTROL_LIMIT":       {Class: cattlegrid.Misconfigured, Hint: "the number, or a word of a variable, is on a black list"},
	"isv.CUSTOMER_REFUSED":              {Class: cattlegrid.Permanent, Hint: "the owner of the number wants no messages"},
	"isv.MOBILE_COUNT_OVER_LIMIT":       {Class: cattlegrid.Misconfigured, Hint: "too many numbers in one request"},
	"isv.DOMESTIC_NUMBER_NOT_SUPPORTED": {Class: cattlegrid.Misconfigured, Hint: "the template is for numbers abroad; file one for the mainland"},

	"isv.SMS_SIGNATURE_ILLEGAL":       {Class: cattlegrid.Misconfigured, Hint: "the signature does not exist, or was not approved; file it in the console"},
	"isv.SMS_SIGN_ILLEGAL":            {Class: cattlegrid.Misconfigured, Hint: "the signature must not be used; see the console"},
	"isv.SIGN_*":                      {Class: cattlegrid.Misconfigured, Hint: "the signature cannot be used; see the console"},
	"isv.SMS_SIGNATURE_SCENE_ILLEGAL": {Class: cattlegrid.Misconfigured, Hint: "signature and template are of different kinds"},
	"SmsSignNameNotExist":             {Class: cattlegrid.Misconfigured, Hint: "the signature does not exist; take one of those that the console lends"},
	"isv.SMS_TEMPLATE_ILLEGAL":        {Class: cattlegrid.Misconfigured, Hint: "the template does not exist, or was not approved; file it in the console"},
	"isv.TEMPLATE_*":                  {Class: cattlegrid.Misconfigured, Hint: "the variables are not those of the template"},
	"isv.INVALID_*":                   {Class: cattlegrid.Misconfigured, Hint: "a parameter is malformed"},
	"INVALID_PARAMETERS":              {Class: cattlegrid.Misconfigured, Hint: "a parameter is malformed"},
	"isv.PARAM_*":                     {Class: cattlegrid.Misconfigured, Hint: "a variable is too long, or is a link"},
	"isv.EXTEND_CODE_ERROR":           {Class: cattlegrid.Misconfigured, Hint: "the extension of the sender's number is wrong"},
	"isv.SMS_CONTENT_*":               {Class: cattlegrid.Misconfigured, Hint: "the text is not allowed, or not of the template's kind"},
	"isv.UNSUPPORTED_CONTENT":         {Class: cattlegrid.Misconfigured, Hint: "the text has characters that are not sent"},
	"isv.DENY_IP_RANGE":               {Class: cattlegrid.Misconfigured, Hint: "requests for mainland numbers must come from the mainland"},
	"isv.VERIFY_SCHEME_NOT_EXIST":     {Class: cattlegrid.Misconfigured, Hint: "the scheme does not exist"},
	"isp.RAM_PERMISSION_DENY":         {Class: cattlegrid.Misconfigured, Hint: "the RAM user may not send; give it AliyunDysmsFullAccess"},
	"isv.RAM_PERMISSION_DENY":         {Class: cattlegrid.Misconfigured, Hint: "the RAM user may not send; give it the permission"},
	"RamPermissionDeny":               {Class: cattlegrid.Misconfigured, Hint: "the RAM user may not send; give it the permission"},
	"Forbidden.*":                     {Class: cattlegrid.Misconfigured, Hint: "the RAM user may not send; give it the permission"},
	"NoPermission":                    {Class: cattlegrid.Misconfigured, Hint: "the RAM user may not send; give it the permission"},
	"UnauthorizedOperation":           {Class: cattlegrid.Misconfigured, Hint: "the RAM user may not send; give it the permission"},
	"isv.PRODUCT_UN*":                 {Class: cattlegrid.Misconfigured, Hint: "the product is not opened in the console"},
	"FUNCTION_NOT_OPENED":             {Class: cattlegrid.Misconfigured, Hint: "the product is not opened in the console"},
	"Unsupported.Account":             {Class: cattlegrid.Misconfigured, Hint: "this kind of account may not use the service"},
	"isv.ACCOUNT_*":                   {Class: cattlegrid.Misconfigured, Hint: "the account does not exist, or something is wrong with it"},
	"SignatureDoesNotMatch":           {Class: cattlegrid.Misconfigured, Hint: "the AccessKeySecret is wrong"},
	"InvalidAccessKeyId.*":            {Class: cattlegrid.Misconfigured, Hint: "the AccessKeyID does not exist, or is switched off"},
	"MissingAccessKeyId":              {Class: cattlegrid.Misconfigured, Hint: "the AccessKeyID is missing"},
	"InvalidTimeStamp.*":              {Class: cattlegrid.Misconfigured, Hint: "this machine's clock is more than 15 minutes off"},
	"SignatureNonceUsed":              {Class: cattlegrid.Unknown, Hint: "the request came before: something on the way repeats requests"},
	"InvalidAction.*":                 {Class: cattlegrid.Misconfigured, Hint: "the endpoint is of another product"},
	"InvalidVersion":                  {Class: cattlegrid.Misconfigured, Hint: "the endpoint is of another product"},

	// The message says whether a minute's, an hour's or a day's limit was reached; the least of them is waited for.
	"isv.BUSINESS_LIMIT_CONTROL": {Class: cattlegrid.Throttled, Hint: "the number got as many messages as Alibaba allows: 1 a minute, 5 an hour, 10 a day unless set otherwise", Wait: time.Minute},
	"biz.FREQUENCY":              {Class: cattlegrid.Throttled, Hint: "the number got a message a moment ago", Wait: time.Minute},
	"isv.DAY_LIMIT_CONTROL":      {Class: cattlegrid.Throttled, Hint: "the account sent as many messages as the console allows a day"},
	"isv.MONTH_LIMIT_CONTROL":    {Class: cattlegrid.Throttled, Hint: "the account sent as many messages as the console allows a month"},
	"Throttling*":                {Class: cattlegrid.Throttled, Hint: "too many requests"},

	"isv.AMOUNT_NOT_ENOUGH": {Class: cattlegrid.Unpaid, Hint: "the account's balance is too low"},
	"AMOUNT_NOT_ENOUGH":     {Class: cattlegrid.Unpaid, Hint: "the account's balance is too low"},
	"isv.OUT_OF_SERVICE":    {Class: cattlegrid.Unpaid, Hint: "the service is suspended until the account is paid"},
	"OutOfService":          {Class: cattlegrid.Unpaid, Hint: "the service is suspended until the account is paid"},
}
