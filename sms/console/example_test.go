package console_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/console"
)

func Example() {
	sender := console.New(os.Stdout)
	number, err := cattlegrid.ParseE164("+8613800138000")
	if err != nil {
		panic(err)
	}
	_, err = sender.Send(context.Background(), cattlegrid.Message{
		To:       number,
		Code:     "123456",
		Text:     "[Example] 123456 is your code for sign-in, valid for 5 minutes.",
		Purpose:  "login",
		Lang:     "en",
		Lifetime: 5 * time.Minute,
	})
	if err != nil {
		panic(err)
	}
	message, _, ok := sender.Last(number)
	fmt.Println(message.Code, ok)
	// Output:
	// ┌ SMS to +8613800138000
	// │ [Example] 123456 is your code for sign-in, valid for 5 minutes.
	// └
	// 123456 true
}
