package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/cattlegrid/cattlegrid/guard"
	"github.com/cattlegrid/cattlegrid/phone"
)

const (
	maxPrice = amount(1_000 * unitAmount) // of one message
	rest     = "*"                        // every other country
)

// priceList is what messages cost. It is a file like
//
//	currency = "CNY"
//	CN = 0.045
//	"*" = 0.80
//
//	[webhook]
//	CN = 0.040
//
// where a table is for the provider that it names, and what it does not say stands above.
type priceList struct {
	Currency string
	prices   map[string]amount // by "CN", or "webhook.CN"
}

// of is what a message to a country costs with a provider: what stands first of the country's price in the provider's table,
// that of the rest there, the country's price above, and that of the rest.
func (p *priceList) of(provider, country string) amount {
	for _, key := range []string{provider + "." + country, provider + "." + rest, country} {
		if price, ok := p.prices[key]; ok {
			return price
		}
	}
	return p.prices[rest]
}

// readPrices reads a file of prices, for use with a provider.
func readPrices(path, provider string) (*priceList, error) {
	document, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	return parsePrices(filepath.Base(path), provider, document)
}

// parsePrices reads prices. Each error says where.
func parsePrices(name, provider string, document []byte) (*priceList, error) {
	var mistake *toml.DecodeError
	if err := toml.Unmarshal(document, &map[string]any{}); errors.As(err, &mistake) {
		line, _ := mistake.Position()
		return nil, fmt.Errorf("%s:%d: %s", name, line, strings.TrimPrefix(mistake.Error(), "toml: "))
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	p := &priceList{prices: map[string]amount{}}
	var wrong []error
	for _, k := range keysOf(document) {
		if err := p.add(k); err != nil {
			wrong = append(wrong, fmt.Errorf("%s:%d: %w", name, k.line, err))
		}
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	if p.Currency == "" {
		return nil, fmt.Errorf(`%s: there is no currency; for example currency = "CNY", above all tables`, name)
	}
	_, general := p.prices[rest]
	if _, ours := p.prices[provider+"."+rest]; !general && !ours {
		return nil, fmt.Errorf(`%s: there is no price for the other countries, and no message shall be free by mistake; for example "*" = 1.00`, name)
	}
	return p, nil
}

// add reads one line.
func (p *priceList) add(k keyLine) error {
	if k.name == "currency" {
		if k.kind != unstable.String || len(k.text) != 3 || strings.Trim(k.text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return errors.New(`the currency is not an ISO 4217 code; for example currency = "CNY"`)
		}
		p.Currency = k.text
		return nil
	}
	provider, country, table := strings.Cut(k.name, ".")
	if !table {
		provider, country = "", k.name
	}
	switch {
	case table && !slices.Contains(providers(), provider):
		return fmt.Errorf("there is no provider %s; the nearest is [%s]", quote(provider), nearestVariable(provider, providers()))
	case country != rest && !isCountry(country):
		return fmt.Errorf(`%s is not the ISO 3166 code of a country, nor "*"; for example CN = 0.045`, quote(country))
	}
	var price amount
	if k.kind != unstable.Integer && k.kind != unstable.Float || price.UnmarshalText([]byte(k.text)) != nil || price > maxPrice {
		return fmt.Errorf("the price of %s is not an amount of 0 to %d with at most %d decimals; for example %s = 0.045",
			k.name, maxPrice/unitAmount, decimals, tomlKey(country))
	}
	p.prices[k.name] = price
	return nil
}

func isCountry(code string) bool {
	_, err := phone.New(phone.Options{Region: code})
	return err == nil && len(code) == 2 && code == strings.ToUpper(code)
}

// price is what a message costs, as the gate asks for it.
func (c *config) price(n guard.Number) int {
	if c.prices == nil {
		return 0
	}
	return int(c.prices.of(c.SMS.Provider, n.Country))
}

// currency of the prices, "" if there are none.
func (c *config) currency() string {
	if c.prices == nil {
		return ""
	}
	return c.prices.Currency
}

func (v *verdict) checkMoney() {
	c, spend := v.c, v.c.Guard.Spend
	ceilings := []struct {
		key     string
		ceiling amount
	}{{"guard.spend.hour", spend.Hour}, {"guard.spend.day", spend.Day}}
	c.prices = nil
	v.that("guard.spend.soft", spend.Soft >= 1 && spend.Soft <= 100, "is not between 1 and 100 percent")
	if c.Guard.Prices == "" {
		for _, of := range ceilings {
			if of.ceiling > 0 {
				v.wrong = append(v.wrong, fmt.Errorf("%s: is set%s, but guard.prices is not, so nothing would be counted; %s",
					of.key, v.at(of.key), c.origins[of.key].example(lookUp("guard.prices"))))
			}
		}
		return
	}
	var err error
	if c.prices, err = readPrices(c.Guard.Prices, c.SMS.Provider); err != nil {
		v.because("guard.prices", err.Error())
		return
	}
	for _, country := range c.policy().Rules.Countries {
		price := c.prices.of(c.SMS.Provider, country)
		for _, of := range ceilings {
			if of.ceiling > 0 && price > of.ceiling {
				v.because(of.key, fmt.Sprintf("%v is less than one message to %s costs, which is %v", of.ceiling, country, price))
			}
		}
	}
}
