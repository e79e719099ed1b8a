package main

import (
	"strings"

	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

func (v *verdict) checkEvents() {
	c := v.c.Events
	if c.URL != "" && c.Secret == "" {
		v.because("events.secret", "is not set, but events.url is"+v.at("events.url"))
	}
	v.checkPosting("events", c.poster(nil))
}

// checkPosting reports where cannot be posted, and what cannot sign: each with a good one of the other, to name the culprit.
func (v *verdict) checkPosting(section string, c webhook.Config) {
	if c.URL != "" {
		part := webhook.Config{URL: c.URL, Secret: "whsec_" + strings.Repeat("A", 32), AllowPrivate: c.AllowPrivate}
		if _, err := webhook.NewPoster(part); err != nil {
			wrong := err.Error()
			part.AllowPrivate = true
			if _, err := webhook.NewPoster(part); err == nil {
				wrong += " (" + section + ".allow_private)"
			}
			v.because(section+".url", wrong)
		}
	}
	if c.Secret != "" {
		if _, err := webhook.NewPoster(webhook.Config{URL: "https://www.example.com", Secret: c.Secret}); err != nil {
			v.because(section+".secret", err.Error())
		}
	}
}
