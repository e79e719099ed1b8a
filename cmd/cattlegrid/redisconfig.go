package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"github.com/cattlegrid/cattlegrid/redisstore"
)

// Bounds of what can be set about Redis.
const (
	maxLossPause     = duration(24 * time.Hour)
	maxMaxFlushDelay = duration(time.Millisecond)
)

// challengeLifetime is how long challenges live.
const challengeLifetime = duration(5 * time.Minute)

// fullLossPause is how long Redis has to pause so that no challenge or code that was used is good again.
func (c *config) fullLossPause() duration {
	return max(challengeLifetime, min(c.Code.Lifetime, maxCodeLifetime))
}

// redisWarnings are what an operator should know of Redis though it would serve.
func (c *config) redisWarnings() []string {
	var all []string
	if c.Store != "redis" {
		return all
	}
	if warning := c.lossPauseWarning(); warning != "" {
		all = append(all, warning)
	}
	if option, err := redisstore.ClientOptions(c.RedisURL); err == nil && option.TLSConfig != nil && option.TLSConfig.InsecureSkipVerify {
		all = append(all, "redis_url has skip_verify=true, so that anybody can be this Redis, and read the password; take it out, and set redis.ca"+
			" and redis.server_name where they are needed")
	}
	return all
}

// lossPauseWarning says that a pause is shorter, "" if it is not.
func (c *config) lossPauseWarning() string {
	full := c.fullLossPause()
	if c.Redis.LossPause >= full {
		return ""
	}
	return fmt.Sprintf("redis.loss_pause is %v, but challenges and codes live up to %v: after Redis has lost data, used ones may be good again;"+
		" unset it, or set it to %[2]v", c.Redis.LossPause, full)
}

func (v *verdict) checkRedis() {
	c := v.c.Redis
	v.that("redis.wait_replicas", c.WaitReplicas >= 0 && c.WaitReplicas <= redisstore.MaxWaitReplicas,
		fmt.Sprintf("is not between 0 and %d", redisstore.MaxWaitReplicas))
	v.that("redis.loss_pause", c.LossPause >= 0 && c.LossPause <= maxLossPause, fmt.Sprintf("is not between 0s and %v", maxLossPause))
	v.that("redis.max_flush_delay", c.MaxFlushDelay >= 0 && c.MaxFlushDelay <= maxMaxFlushDelay, fmt.Sprintf("is not between 0s and %v", maxMaxFlushDelay))
	if c.Cert == "" && c.Key != "" {
		v.because("redis.cert", "is not set, but redis.key is"+v.at("redis.key")+"; set both or none")
	}
	if c.Cert != "" && c.Key == "" {
		v.because("redis.key", "is not set, but redis.cert is"+v.at("redis.cert")+"; set both or none")
	}
	if v.c.RedisURL == "" {
		v.checkNoRedis()
		return
	}
	option, err := redisstore.ClientOptions(v.c.RedisURL)
	if err != nil {
		return // which is about redis_url
	}
	for _, s := range [][2]string{{"redis.ca", c.CA}, {"redis.cert", c.Cert}, {"redis.server_name", c.ServerName}} {
		if s[1] != "" && option.TLSConfig == nil {
			v.because(s[0], "is for TLS, but redis_url"+v.at("redis_url")+" does not begin with rediss://")
		}
	}
	for _, s := range [][2]string{{"redis.sentinel_user", c.SentinelUser}, {"redis.sentinel_password", c.SentinelPassword}} {
		if s[1] != "" && option.Sentinel.MasterSet == "" {
			v.because(s[0], "is for Sentinel, but redis_url"+v.at("redis_url")+" has no master_set")
		}
	}
}

// checkNoRedis reports what is said of a Redis that there is not. That a key has its default, as cattlegrid config prints
// it, says nothing.
func (v *verdict) checkNoRedis() {
	if v.c.Store == "redis" {
		return // redis_url is missed already
	}
	usual := defaults()
	usual.Redis.LossPause = v.c.fullLossPause()
	for _, s := range settings() {
		if from := v.c.origins[s.key]; strings.HasPrefix(s.key, "redis.") && from.kind != byDefault && from.kind != byRule && s.value(v.c) != s.value(usual) {
			v.because("redis_url", "is not set, but "+s.key+" is"+v.at(s.key))
		}
	}
}

// redisClient returns the options of the client.
func (c *config) redisClient() (rueidis.ClientOption, error) {
	option, err := redisstore.ClientOptions(c.RedisURL)
	if err != nil {
		return option, c.redisError(err)
	}
	option.MaxFlushDelay = time.Duration(c.Redis.MaxFlushDelay)
	option.Sentinel.Username, option.Sentinel.Password = c.Redis.SentinelUser, c.Redis.SentinelPassword
	if option.TLSConfig != nil {
		err = c.trust(option.TLSConfig)
	}
	return option, err
}

// trust says whom to believe, and who we are.
func (c *config) trust(to *tls.Config) error {
	if name := c.Redis.ServerName; name != "" {
		to.ServerName = name
	}
	if c.Redis.CA != "" {
		pem, err := os.ReadFile(c.Redis.CA)
		if err != nil {
			return c.mistake(lookUp("redis.ca"), "cannot be read: "+err.Error())
		}
		to.RootCAs = x509.NewCertPool()
		if !to.RootCAs.AppendCertsFromPEM(pem) {
			return c.mistake(lookUp("redis.ca"), "there is no certificate in PEM in "+c.Redis.CA)
		}
	}
	if c.Redis.Cert != "" {
		cert, err := tls.LoadX509KeyPair(c.Redis.Cert, c.Redis.Key)
		if err != nil {
			return c.mistake(lookUp("redis.cert"), "is of no use with redis.key: "+err.Error())
		}
		to.Certificates = []tls.Certificate{cert}
	}
	return nil
}

// store returns the options of the store.
func (c *redisConfig) store(logger *slog.Logger) redisstore.Options {
	o := redisstore.Options{WaitReplicas: c.WaitReplicas, LossPause: time.Duration(c.LossPause), Logger: logger}
	if o.LossPause == 0 {
		o.LossPause = -1 // what zero means there is the default here
	}
	return o
}
