package main

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/cattlegrid/cattlegrid/phone"
	"github.com/cattlegrid/cattlegrid/redisstore"
	"github.com/cattlegrid/cattlegrid/tracing"
)

// Bounds of what can be configured, besides those of the packages that use it.
const (
	maxBrandLen     = 32  // characters; an SMS has room for 70 in Chinese
	maxNameLen      = 256 // bytes of an issuer or an audience; both stand in each proof
	minDigits       = 4
	maxDigits       = 8
	maxCodeLifetime = duration(10 * time.Minute)
	minTick         = duration(time.Millisecond)
	maxTick         = duration(time.Minute)
	minRotation     = duration(time.Hour)
	maxDrain        = duration(10 * time.Minute)
)

// check reports every value that cannot work.
func (c *config) check() error {
	v := verdict{c: c}
	v.that("addr", isHostPort(c.Addr), "is not host:port")
	v.that("data", c.Data != "", "is not a directory")
	v.checkStore()
	v.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	v.oneOf("log.format", c.Log.Format, "text", "json")
	v.checkHTTP()
	v.checkPhone()
	v.checkCaptcha()
	v.checkCode()
	v.that("proof.issuer", isName(c.Proof.Issuer), "is empty or too long")
	v.that("proof.audience", isName(c.Proof.Audience), "is empty or too long")
	v.checkSMS()
	v.that("bolt.tick", c.Bolt.Tick >= minTick && c.Bolt.Tick <= maxTick, fmt.Sprintf("is not between %v and %v", minTick, maxTick))
	v.checkKeys()
	v.checkGuard()
	v.that("metrics.addr", c.Metrics.Addr == "" || isHostPort(c.Metrics.Addr), "is not host:port")
	v.checkTraces()
	v.checkEvents()
	return errors.Join(v.wrong...)
}

func (v *verdict) checkStore() {
	c := v.c
	v.oneOf("store", c.Store, "bolt", "memory", "redis")
	switch {
	case c.Store == "redis" && c.RedisURL == "":
		v.because("redis_url", `is not set, but store is "redis"`+v.at("store"))
	case c.RedisURL == "":
	case c.Store == "bolt" || c.Store == "memory":
		v.wrong = append(v.wrong, fmt.Errorf("store: %q%s contradicts redis_url%s; unset one of them, or set CATTLEGRID_STORE=redis",
			c.Store, v.at("store"), v.at("redis_url")))
	default:
		if _, err := redisstore.ClientOptions(c.RedisURL); err != nil {
			v.because("redis_url", err.Error())
		}
	}
	v.checkRedis()
}

func (v *verdict) checkTraces() {
	c := v.c.Traces
	if c.Endpoint != "" {
		if _, err := tracing.ParseEndpoint(c.Endpoint); err != nil {
			v.that("traces.endpoint", false, "cannot be posted to: "+err.Error())
		}
	}
	v.that("traces.ratio", c.Ratio > 0 && c.Ratio <= 1, "is not more than 0 and at most 1")
}

func (v *verdict) checkHTTP() {
	drain := v.c.HTTP.Drain
	v.that("http.drain", drain >= 0 && drain <= maxDrain, fmt.Sprintf("is not between 0s and %v", maxDrain))
	for _, text := range v.c.HTTP.TrustedProxies {
		prefix, err := parsePrefix(text)
		switch {
		case err != nil:
			v.because("http.trusted_proxies", quote(text)+" is neither a network nor an address")
		case prefix.Bits() == 0:
			v.because("http.trusted_proxies", quote(text)+" is everybody, so that any visitor could pretend any address")
		}
	}
	for _, text := range v.c.HTTP.TrustedOrigins {
		if http.NewCrossOriginProtection().AddTrustedOrigin(text) != nil {
			v.because("http.trusted_origins", quote(text)+" is not scheme://host[:port]")
		}
	}
}

func (v *verdict) checkPhone() {
	c := v.c.Phone
	if _, err := phone.New(phone.Options{Region: c.Region}); err != nil || c.Region == "" {
		v.that("phone.region", false, "is not the ISO 3166 code of a country")
		return
	}
	if _, err := phone.New(phone.Options{Region: c.Region, Countries: c.Countries}); err != nil {
		v.because("phone.countries", err.Error())
	}
}

func (v *verdict) checkCode() {
	c := v.c.Code
	printable := strings.IndexFunc(c.Brand, unicode.IsControl) < 0 && utf8.ValidString(c.Brand)
	v.that("code.brand", c.Brand != "" && printable && utf8.RuneCountInString(c.Brand) <= maxBrandLen,
		fmt.Sprintf("is not a name of 1 to %d characters", maxBrandLen))
	v.that("code.digits", c.Digits >= minDigits && c.Digits <= maxDigits, fmt.Sprintf("is not between %d and %d", minDigits, maxDigits))
	v.that("code.lifetime", c.Lifetime > 0 && c.Lifetime <= maxCodeLifetime && time.Duration(c.Lifetime)%time.Minute == 0,
		"is not a number of whole minutes from 1m to 10m")
}
