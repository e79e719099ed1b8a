package route_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/console"
	"github.com/cattlegrid/cattlegrid/sms/route"
)

// closed is a provider whose account is empty.
type closed struct{}

func (closed) Send(context.Context, cattlegrid.Message) (cattlegrid.Delivery, error) {
	return cattlegrid.Delivery{}, &cattlegrid.SendError{Class: cattlegrid.Unpaid, Provider: "closed", Err: errors.New("the account is empty")}
}

// A provider that cannot send is found out with a message, which leaves over the other one. The operator is told.
func Example() {
	sender, err := route.New(route.Options{
		Links: []route.Link{
			{Name: "closed", Sender: closed{}, Countries: []string{"CN"}},
			{Name: "console", Sender: console.New(nil)},
		},
		OnEvent: func(e route.Event) { fmt.Println(e.Link, e.Change, e.Reason, e.Err) },
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	number, err := cattlegrid.ParseE164("+8613800138000")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	for range 2 {
		d, err := sender.Send(context.Background(), cattlegrid.Message{
			To: number, Country: "CN", Code: "123456", Text: "[Example] 123456 is your code.", Purpose: "login", Lang: "en",
		})
		fmt.Println("sent over", d.Provider, err)
		sender.Observe(d.Provider, "CN", route.Converted) // when the code was entered
	}
	for _, link := range sender.Links() {
		fmt.Println(link.Name, link.Breaker, len(link.Rests))
	}
	// Output:
	// closed paused unpaid closed: unpaid failure: the account is empty
	// sent over console <nil>
	// sent over console <nil>
	// closed closed 1
	// console closed 0
}

// A link that lacks what its order needs is refused before the first visitor comes.
func ExampleNew() {
	_, err := route.New(route.Options{
		Order: route.ByPrice,
		Links: []route.Link{{Name: "console", Sender: console.New(nil), Countries: []string{"CN", "TW"}, Prices: map[string]float64{"CN": 0.045}}},
	})
	fmt.Println(err)
	// Output:
	// route: link 1, "console": has no price for TW; add one, or one for ""
}
