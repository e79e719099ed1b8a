package main

import (
	"errors"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/template"
)

// config is all that can be set. The tags of a field say how its key is spelled in the file (toml) and, after CATTLEGRID_,
// in the environment (env), and what helps somebody who set it wrongly: a good value (example) or, for a secret, the
// command that makes one (recipe). What must not be printed is marked (mask).
type config struct {
	Addr     string `toml:"addr" env:"ADDR" example:"127.0.0.1:8080"`
	Data     string `toml:"data" env:"DATA" example:"/var/lib/cattlegrid"`
	Dev      bool   `toml:"dev" env:"DEV" example:"true"`
	Store    string `toml:"store" env:"STORE" example:"bolt"`
	RedisURL string `toml:"redis_url" env:"REDIS_URL" example:"redis://127.0.0.1:6379/0" mask:"url"`

	Log     logConfig     `toml:"log" envPrefix:"LOG_"`
	HTTP    httpConfig    `toml:"http" envPrefix:"HTTP_"`
	Phone   phoneConfig   `toml:"phone" envPrefix:"PHONE_"`
	Captcha captchaConfig `toml:"captcha" envPrefix:"CAPTCHA_"`
	Code    codeConfig    `toml:"code" envPrefix:"CODE_"`
	Proof   proofConfig   `toml:"proof" envPrefix:"PROOF_"`
	SMS     smsConfig     `toml:"sms" envPrefix:"SMS_"`
	Guard   guardConfig   `toml:"guard" envPrefix:"GUARD_"`
	Metrics metricsConfig `toml:"metrics" envPrefix:"METRICS_"`
	Traces  tracesConfig  `toml:"traces" envPrefix:"TRACES_"`
	Events  eventsConfig  `toml:"events" envPrefix:"EVENTS_"`
	Bolt    boltConfig    `toml:"bolt" envPrefix:"BOLT_"`
	Redis   redisConfig   `toml:"redis" envPrefix:"REDIS_"`
	Keys    keysConfig    `toml:"keys" envPrefix:"KEYS_"`

	origins map[string]origin // where each key that is set was set
	prices  *priceList        // what guard.prices holds; nil if it is not set

	templates map[string]template.Table // what sms.templates holds, by provider
}

type logConfig struct {
	Level  string `toml:"level" env:"LEVEL" example:"info"`
	Format string `toml:"format" env:"FORMAT" example:"json"`
}

type httpConfig struct {
	TrustedProxies []string `toml:"trusted_proxies" env:"TRUSTED_PROXIES" example:"10.0.0.0/8,fd00::/8"`
	TrustedOrigins []string `toml:"trusted_origins" env:"TRUSTED_ORIGINS" example:"https://www.example.com"`
	Drain          duration `toml:"drain" env:"DRAIN" example:"5s"`
}

type phoneConfig struct {
	Region    string   `toml:"region" env:"REGION" example:"CN"`
	Countries []string `toml:"countries" env:"COUNTRIES" example:"CN,HK"`
}

type captchaConfig struct {
	Kind          string   `toml:"kind" env:"KIND" example:"letters"`
	Level         string   `toml:"level" env:"LEVEL" example:"normal"`
	Width         int      `toml:"width" env:"WIDTH" example:"240"`
	Height        int      `toml:"height" env:"HEIGHT" example:"80"`
	Length        int      `toml:"length" env:"LENGTH" example:"5"`
	Alphabet      string   `toml:"alphabet" env:"ALPHABET" example:"ACEFHJKLMNPRTUWXY3479"`
	Ink           string   `toml:"ink" env:"INK" example:"#1f2a3d"`
	Paper         string   `toml:"paper" env:"PAPER" example:"#f5f6f8"`
	StyleKey      string   `toml:"style_key" env:"STYLE_KEY" recipe:"openssl rand -base64 32" mask:"all"`
	StyleRotation duration `toml:"style_rotation" env:"STYLE_ROTATION" example:"168h"`
}

type codeConfig struct {
	Brand    string   `toml:"brand" env:"BRAND" example:"Example"`
	Digits   int      `toml:"digits" env:"DIGITS" example:"6"`
	Lifetime duration `toml:"lifetime" env:"LIFETIME" example:"5m"`

	WebOTPHost string `toml:"webotp_host" env:"WEBOTP_HOST" example:"www.example.com"`
}

type proofConfig struct {
	Issuer   string `toml:"issuer" env:"ISSUER" example:"https://sms.example.com"`
	Audience string `toml:"audience" env:"AUDIENCE" example:"https://www.example.com"`
}

type metricsConfig struct {
	Addr string `toml:"addr" env:"ADDR" example:"127.0.0.1:9464"`
}

type tracesConfig struct {
	Endpoint string  `toml:"endpoint" env:"ENDPOINT" example:"http://127.0.0.1:4318" mask:"url"`
	Ratio    float64 `toml:"ratio" env:"RATIO" example:"0.1"`
}

type eventsConfig struct {
	File string `toml:"file" env:"FILE" example:"/var/log/cattlegrid/events.jsonl"`
	All  bool   `toml:"all" env:"ALL" example:"true"`

	URL          string `toml:"url" env:"URL" example:"https://www.example.com/events" mask:"url"`
	Secret       string `toml:"secret" env:"SECRET" recipe:"echo whsec_$(openssl rand -base64 32)" mask:"all"`
	AllowPrivate bool   `toml:"allow_private" env:"ALLOW_PRIVATE" example:"true"`
}

type boltConfig struct {
	Sync bool     `toml:"sync" env:"SYNC" example:"true"`
	Tick duration `toml:"tick" env:"TICK" example:"250ms"`
}

type redisConfig struct {
	CA         string `toml:"ca" env:"CA" example:"/etc/cattlegrid/redis-ca.pem"`
	Cert       string `toml:"cert" env:"CERT" example:"/etc/cattlegrid/redis-client.pem"`
	Key        string `toml:"key" env:"KEY" example:"/etc/cattlegrid/redis-client.key"`
	ServerName string `toml:"server_name" env:"SERVER_NAME" example:"redis.example.com"`

	SentinelUser     string `toml:"sentinel_user" env:"SENTINEL_USER" example:"cattlegrid"`
	SentinelPassword string `toml:"sentinel_password" env:"SENTINEL_PASSWORD" recipe:"openssl rand -base64 32" mask:"all"`

	WaitReplicas  int      `toml:"wait_replicas" env:"WAIT_REPLICAS" example:"1"`
	LossPause     duration `toml:"loss_pause" env:"LOSS_PAUSE" example:"5m"`
	MaxFlushDelay duration `toml:"max_flush_delay" env:"MAX_FLUSH_DELAY" example:"20us"`
}

type keysConfig struct {
	Sign string `toml:"sign" env:"SIGN" recipe:"openssl genpkey -algorithm ed25519" mask:"all"`
	Hash string `toml:"hash" env:"HASH" recipe:"openssl rand -base64 32" mask:"all"`

	NewSign string `toml:"new_sign" env:"NEW_SIGN" recipe:"openssl genpkey -algorithm ed25519" mask:"all"`
	NewHash string `toml:"new_hash" env:"NEW_HASH" recipe:"openssl rand -base64 32" mask:"all"`
	Step    int    `toml:"step" env:"STEP" example:"1"`
}

// defaults is what is in force where nothing is set. What depends on other keys is filled in by settle.
func defaults() *config {
	return &config{
		Addr:    "127.0.0.1:8080",
		Data:    "data",
		Log:     logConfig{Level: "info", Format: "text"},
		Phone:   phoneConfig{Region: "CN"},
		Captcha: captchaConfig{Kind: "letters", Level: "normal", Width: 240, Height: 80},
		Code:    codeConfig{Brand: "cattlegrid", Digits: 6, Lifetime: duration(5 * time.Minute)},
		Proof:   proofConfig{Issuer: "cattlegrid", Audience: "cattlegrid"},
		SMS:     defaultSMS(),
		Guard:   defaultGuard(),
		Traces:  tracesConfig{Ratio: 1},
		Bolt:    boltConfig{Tick: duration(250 * time.Millisecond)},
		Redis:   redisConfig{LossPause: challengeLifetime},
		origins: map[string]origin{},
	}
}

// load reads the file at path, unless it is "", then the environment, then what flags say, each over the one before,
// and reports all that is wrong with the outcome.
func load(path string, environ, flags map[string]string) (*config, error) {
	c := defaults()
	var file error
	if path != "" {
		file = c.readFile(path)
	}
	if err := errors.Join(file, c.readEnviron(environ), c.readFlags(flags)); err != nil {
		return nil, err
	}
	c.settle(path == "" && len(c.origins) == 0)
	c.capThresholds()
	if err := c.check(); err != nil {
		return nil, err
	}
	return c, nil
}

// settle fills in the defaults that depend on other keys.
func (c *config) settle(untouched bool) {
	if untouched && isLoopback(c.Addr) {
		c.Dev = true
		c.origins["dev"] = origin{kind: byRule, place: "nothing is configured"}
	}
	if c.Store == "" {
		c.Store = "bolt"
		if c.RedisURL != "" {
			c.Store = "redis"
			c.origins["store"] = origin{kind: byRule, place: "redis_url is set"}
		}
	}
	switch {
	case c.SMS.Provider != "":
	case c.SMS.Webhook.URL != "":
		c.SMS.Provider = "webhook"
		c.origins["sms.provider"] = origin{kind: byRule, place: "sms.webhook.url is set"}
	case c.Dev:
		c.SMS.Provider = "console"
		c.origins["sms.provider"] = origin{kind: byRule, place: "development mode"}
	}
	if len(c.Phone.Countries) == 0 {
		c.Phone.Countries = []string{c.Phone.Region}
		c.origins["phone.countries"] = origin{kind: byRule, place: "as phone.region"}
	}
	if c.origins["http.drain"].kind == byDefault && c.Store == "redis" && !c.Dev {
		c.HTTP.Drain = duration(sharedDrain)
		c.origins["http.drain"] = origin{kind: byRule, place: "others may serve on this Redis"}
	}
	if full := c.fullLossPause(); c.origins["redis.loss_pause"].kind == byDefault && full > c.Redis.LossPause {
		c.Redis.LossPause = full
		c.origins["redis.loss_pause"] = origin{kind: byRule, place: "as code.lifetime"}
	}
}

// duration is a time.Duration that is written "250ms".
type duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = duration(parsed)
	return err
}

// String returns the duration as UnmarshalText reads it: "5m" rather than "5m0s".
func (d duration) String() string {
	text := time.Duration(d).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
