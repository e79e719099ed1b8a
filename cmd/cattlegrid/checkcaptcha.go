package main

import (
	"fmt"

	"github.com/cattlegrid/cattlegrid/captcha"
)

func (v *verdict) checkCaptcha() {
	c := v.c.Captcha
	v.that("captcha.style_rotation", c.StyleRotation == 0 || c.StyleRotation >= minRotation,
		fmt.Sprintf("is neither 0s nor at least %v", minRotation))
	before := len(v.wrong)
	v.oneOf("captcha.kind", c.Kind, "letters", "digits", "arithmetic", "chinese")
	v.oneOf("captcha.level", c.Level, "easy", "normal", "hard")
	if _, err := parseColour(c.Ink); err != nil {
		v.because("captcha.ink", err.Error())
	}
	if _, err := parseColour(c.Paper); err != nil {
		v.because("captcha.paper", err.Error())
	}
	if len(v.wrong) == before {
		v.checkStyle()
	}
}

// checkStyle draws with each key by itself, to name the culprit; else they do not fit together.
func (v *verdict) checkStyle() {
	c := v.c.Captcha
	if tryStyle(c) == nil {
		return
	}
	with := func(change func(*captchaConfig)) captchaConfig {
		part := defaults().Captcha
		part.Kind = c.Kind
		change(&part)
		return part
	}
	for _, suspect := range []struct {
		key  string
		part captchaConfig
	}{
		{"captcha.width", with(func(p *captchaConfig) { p.Width = c.Width })},
		{"captcha.height", with(func(p *captchaConfig) { p.Height = c.Height })},
		{"captcha.length", with(func(p *captchaConfig) { p.Length = c.Length })},
		{"captcha.alphabet", with(func(p *captchaConfig) { p.Alphabet = c.Alphabet })},
		{"captcha.ink", with(func(p *captchaConfig) { p.Ink, p.Paper = c.Ink, c.Paper })},
		{"captcha.style_key", with(func(p *captchaConfig) { p.StyleKey = c.StyleKey })},
		{"captcha.width", c},
	} {
		if err := tryStyle(suspect.part); err != nil {
			v.because(suspect.key, err.Error())
			return
		}
	}
}

func tryStyle(c captchaConfig) error {
	style, err := c.style()
	if err != nil {
		return err
	}
	_, err = captcha.New(style)
	return err
}
