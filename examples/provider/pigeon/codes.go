package pigeon

import (
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// codes are Pigeon's codes of failure, as its documentation has them. With one that is not here nobody knows whether the
// message left.
var codes = wire.Codes{
	"key_*":          {Class: cattlegrid.Misconfigured, Hint: "the key is wrong or withdrawn; see the console"},
	"template_*":     {Class: cattlegrid.Misconfigured, Hint: "the template is not approved, or has other variables"},
	"number_invalid": {Class: cattlegrid.Permanent, Hint: "nobody has the number"},
	"number_blocked": {Class: cattlegrid.Permanent, Hint: "the owner of the number wants no messages"},
	"number_busy":    {Class: cattlegrid.Throttled, Hint: "too many messages to the number", Wait: time.Minute},
	"no_credit":      {Class: cattlegrid.Unpaid, Hint: "the account is empty"},
	"closed":         {Class: cattlegrid.Temporary, Hint: "Pigeon takes no messages for the moment"},
}
