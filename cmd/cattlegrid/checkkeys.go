package main

import (
	"fmt"
	"strings"

	"github.com/cattlegrid/cattlegrid"
)

func (v *verdict) checkKeys() {
	c := v.c.Keys
	sign := aKey(v, "keys.sign", c.Sign, parseSignKey)
	hash := aKey(v, "keys.hash", c.Hash, parseHashKey)
	newSign := aKey(v, "keys.new_sign", c.NewSign, parseSignKey)
	newHash := aKey(v, "keys.new_hash", c.NewHash, parseHashKey)
	v.that("keys.step", c.Step >= 0 && c.Step <= int(cattlegrid.Retired), fmt.Sprintf("is not between 1 and %d", cattlegrid.Retired))
	if c.Sign == "" && c.Hash != "" {
		v.because("keys.sign", "is not set, but keys.hash is"+v.at("keys.hash")+"; set both or none")
	}
	if c.Sign != "" && c.Hash == "" {
		v.because("keys.hash", "is not set, but keys.sign is"+v.at("keys.sign")+"; set both or none")
	}
	for _, s := range [][2]string{{"keys.new_sign", c.NewSign}, {"keys.new_hash", c.NewHash}} {
		switch key := s[0]; {
		case s[1] == "":
		case c.Sign == "" && c.Hash == "":
			v.because(strings.Replace(key, "new_", "", 1), "is not set, but "+key+" is"+v.at(key)+", which takes its place")
		case c.Step == 0:
			v.because("keys.step", "is not set, but "+key+" is"+v.at(key))
		}
	}
	if c.Sign != "" && c.NewSign == "" && c.NewHash == "" && c.Step > 0 {
		v.because("keys.new_hash", "is not set, but keys.step is"+v.at("keys.step")+", and neither is keys.new_sign; after the last step unset keys.step")
	}
	if sign != nil && sign.Equal(newSign) {
		v.because("keys.new_sign", "is the same as keys.sign"+v.at("keys.sign"))
	}
	if hash != nil && string(hash) == string(newHash) {
		v.because("keys.new_hash", "is the same as keys.hash"+v.at("keys.hash"))
	}
}

// aKey is a key that is set, and no key if it is not or is none.
func aKey[K any](v *verdict, key, text string, parse func([]byte) (K, error)) (parsed K) {
	if text == "" {
		return parsed
	}
	parsed, err := parse([]byte(text))
	if err != nil {
		v.because(key, err.Error())
	}
	return parsed
}
