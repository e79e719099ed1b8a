package cattlegrid_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/captcha"
	"github.com/cattlegrid/cattlegrid/guard"
)

// Options that cannot work are refused by name.
func TestNewRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*cattlegrid.Options)
		want   string
	}{
		"NoSender":            {func(o *cattlegrid.Options) { o.Sender = nil }, "Sender"},
		"ChallengeLifetime":   {func(o *cattlegrid.Options) { o.ChallengeLifetime = time.Millisecond }, "ChallengeLifetime"},
		"NegativeLifetime":    {func(o *cattlegrid.Options) { o.ChallengeLifetime = -time.Minute }, "ChallengeLifetime"},
		"CodeLifetimeLong":    {func(o *cattlegrid.Options) { o.CodeLifetime = 11 * time.Minute }, "CodeLifetime"},
		"CodeLifetimeSeconds": {func(o *cattlegrid.Options) { o.CodeLifetime = 90 * time.Second }, "CodeLifetime"},
		"CodeDigits":          {func(o *cattlegrid.Options) { o.CodeDigits = 3 }, "CodeDigits"},
		"CodeAttempts":        {func(o *cattlegrid.Options) { o.CodeAttempts = -1 }, "CodeAttempts"},
		"ProofLifetime":       {func(o *cattlegrid.Options) { o.ProofLifetime = -1 }, "ProofLifetime"},
		"StoreTimeout":        {func(o *cattlegrid.Options) { o.StoreTimeout = -1 }, "StoreTimeout"},
		"SendTimeout":         {func(o *cattlegrid.Options) { o.SendTimeout = -1 }, "SendTimeout"},
		"WebOTPHostURL":       {func(o *cattlegrid.Options) { o.WebOTPHost = "https://www.example.com" }, "WebOTPHost"},
		"WebOTPHostUpper":     {func(o *cattlegrid.Options) { o.WebOTPHost = "WWW.example.com" }, "WebOTPHost"},
		"NoPurposes":          {func(o *cattlegrid.Options) { o.Purposes = []string{} }, "Purposes"},
		"BadPurpose":          {func(o *cattlegrid.Options) { o.Purposes = []string{"register", "a b"} }, "Purposes"},
		"Policy": {func(o *cattlegrid.Options) {
			o.Policy = &guard.Policy{Send: []guard.Limit{{Name: "never", Per: guard.PerPhone, Window: time.Hour}}}
		}, "limit never"},
		"StyleRotation":    {func(o *cattlegrid.Options) { o.StyleRotation = time.Minute }, "StyleRotation"},
		"NegativeRotation": {func(o *cattlegrid.Options) { o.StyleRotation = -time.Hour }, "StyleRotation"},
		"Style":            {func(o *cattlegrid.Options) { o.Style = captcha.Style{Length: -1} }, "Style"},
		"ShortHashKey":     {func(o *cattlegrid.Options) { o.Keys = testKeys(); o.Keys.Hash = o.Keys.Hash[:31] }, "hashing key"},
		"NoHashKey":        {func(o *cattlegrid.Options) { o.Keys.Sign = testKeys().Sign }, "hashing key"},
		"OnlyNewKeys": {func(o *cattlegrid.Options) {
			o.Keys.Rotation = cattlegrid.Rotation{Hash: testKeys().Hash, Step: cattlegrid.Changed}
		}, "Keys has a Rotation"},
		"NoSignKey": {func(o *cattlegrid.Options) { o.Keys.Hash = testKeys().Hash }, "signing key"},
	} {
		t.Run(name, func(t *testing.T) {
			o := cattlegrid.Options{Sender: &outbox{}}
			tt.change(&o)
			if _, err := cattlegrid.New(o); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New: %v, want an error about %s", err, tt.want)
			}
		})
	}
}
