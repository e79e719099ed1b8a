package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cattlegrid/cattlegrid/guard"
)

// amount is a sum of money in ten thousandths of a currency's unit, which is how guard counts. It is written 200.00.
type amount int

const (
	unitAmount = 10_000 // one unit of the currency
	maxAmount  = amount(guard.MaxUnits)
	decimals   = 4
)

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *amount) UnmarshalText(text []byte) error {
	whole, part, point := strings.Cut(string(text), ".")
	if whole == "" || point && part == "" || len(part) > decimals || strings.Trim(whole+part, "0123456789") != "" {
		return fmt.Errorf("%s is not an amount with at most %d decimals", quote(string(text)), decimals)
	}
	n, err := strconv.Atoi(whole + part + strings.Repeat("0", decimals-len(part)))
	if err != nil || amount(n) > maxAmount {
		return fmt.Errorf("%s is more than %d", quote(string(text)), maxAmount/unitAmount)
	}
	*a = amount(n)
	return nil
}

// String returns the amount with as many decimals as it needs, and at least two.
func (a amount) String() string {
	part := fmt.Sprintf("%0*d", decimals, int(a)%unitAmount)
	for len(part) > 2 && part[len(part)-1] == '0' {
		part = part[:len(part)-1]
	}
	return strconv.Itoa(int(a)/unitAmount) + "." + part
}
