package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/redis/rueidis"
)

// redisHint is what to look at when there is no connection because of err, "" if that says it all.
func redisHint(option rueidis.ClientOption, err error) string {
	failed, inNet := errors.AsType[*net.OpError](err)
	encrypted := option.TLSConfig != nil
	switch {
	case inNet && failed.Op == "dial":
		return notThere(option, failed)
	case encrypted && (errors.Is(err, context.DeadlineExceeded) || is[tls.RecordHeaderError](err)):
		return "it does not answer in TLS: is it a port without, so that redis_url has to begin with redis://?"
	case is[x509.UnknownAuthorityError](err):
		return "redis.ca names the certificates of who signed that of Redis"
	case is[x509.HostnameError](err):
		return "redis.server_name says which name stands in the certificate of Redis"
	case !inNet && !errors.Is(err, io.EOF):
		return ""
	case !encrypted:
		return "it closed the connection: does it speak TLS, so that redis_url has to begin with rediss://?"
	case len(option.TLSConfig.Certificates) == 0:
		return "it closed the connection: does it want a certificate, redis.cert and redis.key?"
	default:
		return "it closed the connection: does it trust who signed redis.cert?"
	}
}

// notThere is the hint where nobody listens. How to start one is of use only for a server of one's own.
func notThere(option rueidis.ClientOption, failed *net.OpError) string {
	if is[*net.DNSError](failed) {
		return ""
	}
	hint := "is Redis running there?"
	if at, ok := failed.Addr.(*net.TCPAddr); ok && at.IP.IsLoopback() && option.ForceSingleClient && option.TLSConfig == nil {
		hint += fmt.Sprintf(" On this machine: redis-server --port %d", at.Port)
	}
	return hint
}

// is reports whether an error of the type is among those that err wraps.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
