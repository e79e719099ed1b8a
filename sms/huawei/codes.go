package huawei

import (
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Codes of requests and of the status of a number: https://support.huaweicloud.com/api-msgsms/sms_05_0050.html and
// https://support.huaweicloud.com/api-msgsms/sms_05_0051.html.
var codes = wire.Codes{
	"E000000": {Class: cattlegrid.Unknown, Hint: "Huawei's system failed, by its own account mostly at the parameters; see that the template takes this many variables"},
	"E00000*": {Class: cattlegrid.Misconfigured, Hint: "the header Authorization arrived malformed; is there something in front of Huawei?"},
	"E00002*": {Class: cattlegrid.Misconfigured, Hint: "the access address wants X-WSSE; take the one that the console shows for the application"},
	"E000045": {Class: cattlegrid.Misconfigured, Hint: "the signature is wrong; see AppSecret and this machine's clock"},
	"E000101": {Class: cattlegrid.Misconfigured, Hint: "the request is not authentic; see AppKey and AppSecret"},
	"E000102": {Class: cattlegrid.Misconfigured, Hint: "the AppKey does not exist, or the access address is another application's"},
	"E000103": {Class: cattlegrid.Misconfigured, Hint: "the AppKey is not usable; see the application in the console"},
	"E000104": {Class: cattlegrid.Misconfigured, Hint: "the AppSecret is wrong"},
	"E000111": {Class: cattlegrid.Misconfigured, Hint: "there is no user for the AppKey; ask Huawei"},
	"E000503": {Class: cattlegrid.Misconfigured, Hint: "a parameter is malformed: template ID, its variables, the channel, or the number"},
	"E000620": {Class: cattlegrid.Misconfigured, Hint: "this machine's address is not on the application's white list; a change takes up to 15 minutes"},

	"E000112": {Class: cattlegrid.Unpaid, Hint: "the account is frozen: it is in arrears, or was for what it sent"},

	"E000623": {Class: cattlegrid.Throttled, Hint: "the account sent as many messages as the console allows a day or month"},
	"E200015": {Class: cattlegrid.Throttled, Hint: "Huawei has too many messages waiting", Wait: 10 * time.Minute},

	"E200028": {Class: cattlegrid.Misconfigured, Hint: "the variables are not those of the template"},
	"E200029": {Class: cattlegrid.Misconfigured, Hint: "the template is of another kind than the signature"},
	"E200030": {Class: cattlegrid.Misconfigured, Hint: "the template is not active; see whether it was approved"},
	"E200031": {Class: cattlegrid.Misconfigured, Hint: "the application is of another protocol"},
	"E200033": {Class: cattlegrid.Misconfigured, Hint: "the template is of the wrong kind"},
	"E200041": {Class: cattlegrid.Misconfigured, Hint: "the number was in one request twice"},
}
