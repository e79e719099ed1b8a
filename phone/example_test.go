package phone_test

import (
	"fmt"

	"github.com/cattlegrid/cattlegrid/phone"
)

func Example() {
	parser, err := phone.New(phone.Options{})
	if err != nil {
		panic(err)
	}
	for _, typed := range []string{
		"13800138000",
		"+86 138 0013 8000",
		"１３８００１３８０００",
		"13800138000,13900139000",
		"010-12345678",
	} {
		number, err := parser.Parse(typed)
		if err != nil {
			fmt.Println("refused:", err)
			continue
		}
		fmt.Println(number.E164(), "shown as", number)
	}
	// Output:
	// +8613800138000 shown as 138****8000
	// +8613800138000 shown as 138****8000
	// +8613800138000 shown as 138****8000
	// refused: malformed phone number: contains a character that belongs to no number
	// refused: malformed phone number: not a mainland mobile number
}

func ExampleNew() {
	_, err := phone.New(phone.Options{Region: "GB", Countries: []string{"UK"}})
	fmt.Println(err)
	// Output:
	// phone countries: unknown country "UK", want an ISO 3166 code such as "CN" or "GB"
}
