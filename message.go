package cattlegrid

import (
	"fmt"
	"time"
)

// text is the whole SMS. The lifetime stands in it, so it must be the code's.
func text(lang, brand, code string, lifetime time.Duration) string {
	minutes := int(lifetime.Minutes())
	if lang == "en" {
		unit := "minutes"
		if minutes == 1 {
			unit = "minute"
		}
		return fmt.Sprintf("%s is your %s code. It is valid for %d %s. Do not share it with anybody.", code, brand, minutes, unit)
	}
	return fmt.Sprintf("【%s】您的验证码是%s，%d分钟内有效，请勿告诉他人。", brand, code, minutes)
}
