package serving

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"
)

// Stands that are measured, in the order of the tables.
const (
	Ceiling = "ceiling"
	Memory  = "memory"
	Bolt    = "bolt"
	Redis   = "redis"
	Cluster = "cluster"
)

// Bench knows what is needed to set servers up.
type Bench struct {
	Command string // the built cattlegrid
	Self    string // the program that runs as a ceiling if its first argument is "ceiling"
	Dir     string // an empty directory
}

// stand is a server with all that it needs, ready to be measured.
type stand struct {
	name    string
	servers []*process // behind urls
	urls    []*url.URL
	redis   []*redisServer
	started time.Duration // from the start of the first server to its first answer
}

// open sets a stand up, with so many servers.
func (b Bench) open(ctx context.Context, name string, servers int, settings ...string) (s *stand, err error) {
	s = &stand{name: name}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	switch name {
	case Redis, Ceiling:
		r, err := startRedis(ctx, b.Dir)
		if err != nil {
			return s, err
		}
		s.redis = append(s.redis, r)
	case Cluster:
		if s.redis, err = startCluster(ctx, b.Dir, 3); err != nil {
			return s, err
		}
	}
	data, err := os.MkdirTemp(b.Dir, "data")
	if err != nil {
		return s, err
	}
	for range servers {
		if err := b.add(ctx, s, data, settings); err != nil {
			return s, err
		}
	}
	return s, nil
}

// add starts one more server of the stand.
func (b Bench) add(ctx context.Context, s *stand, data string, settings []string) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	addr := fmt.Sprintf("127.0.0.1:%d", port)
	base := &url.URL{Scheme: "http", Host: addr}
	var p *process
	if s.name == Ceiling {
		p, err = start(ctx, data, b.Self, os.Environ(), "ceiling", addr, s.address())
	} else {
		env := append(os.Environ(), "CATTLEGRID_ADDR="+addr, "CATTLEGRID_DATA="+data, "CATTLEGRID_DEV=true",
			"CATTLEGRID_HTTP_TRUSTED_PROXIES=127.0.0.1")
		switch s.name {
		case Redis, Cluster:
			env = append(env, "CATTLEGRID_REDIS_URL="+s.address())
		default:
			env = append(env, "CATTLEGRID_STORE="+s.name)
		}
		p, err = start(ctx, data, b.Command, append(env, settings...), "serve")
	}
	if err != nil {
		return err
	}
	s.servers, s.urls = append(s.servers, p), append(s.urls, base)
	took, err := p.answers(ctx, base, "/passport/image_code?code_id=the-first-one")
	if s.started == 0 {
		s.started = took
	}
	return err
}

// address is where the stand's Redis is.
func (s *stand) address() string {
	var others []string
	for _, r := range s.redis[1:] {
		others = append(others, "addr=127.0.0.1:"+r.port)
	}
	return "redis://127.0.0.1:" + s.redis[0].port + "?" + strings.Join(others, "&")
}

// close ends all processes.
func (s *stand) close() {
	for _, p := range s.servers {
		p.stop()
	}
	for _, r := range s.redis {
		r.stop()
	}
}

// spent is CPU time taken, and bytes that went to Redis and came from it.
type spent struct {
	servers         time.Duration
	redis           []time.Duration // of each Redis server
	toRedis, fromIt float64
}

func (s *stand) spent(ctx context.Context) (spent, error) {
	var sum spent
	for _, p := range s.servers {
		took, err := p.cpu()
		if err != nil {
			return sum, err
		}
		sum.servers += took
	}
	for _, r := range s.redis {
		took, err := r.cpu()
		if err != nil {
			return sum, err
		}
		sum.redis = append(sum.redis, took)
		in, err := r.info(ctx, "total_net_input_bytes")
		if err != nil {
			return sum, err
		}
		out, err := r.info(ctx, "total_net_output_bytes")
		if err != nil {
			return sum, err
		}
		sum.toRedis, sum.fromIt = sum.toRedis+in, sum.fromIt+out
	}
	return sum, nil
}

func (a spent) minus(b spent) spent {
	d := spent{a.servers - b.servers, make([]time.Duration, len(a.redis)), a.toRedis - b.toRedis, a.fromIt - b.fromIt}
	for i := range d.redis {
		d.redis[i] = a.redis[i] - b.redis[i]
	}
	return d
}
