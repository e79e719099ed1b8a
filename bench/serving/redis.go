package serving

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// redisServer is one redis-server of our own, without persistence.
type redisServer struct {
	*process

	port string
}

func startRedis(ctx context.Context, dir string, args ...string) (*redisServer, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &redisServer{port: strconv.Itoa(port)}
	if dir, err = os.MkdirTemp(dir, "redis"); err != nil {
		return nil, err
	}
	args = append(args, "--port", s.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", dir)
	if s.process, err = start(ctx, dir, "redis-server", os.Environ(), args...); err != nil {
		return nil, fmt.Errorf("%w; on Debian and Ubuntu: apt-get install redis-server", err)
	}
	for range 500 {
		if text, _ := s.ask(ctx, "PING"); strings.HasPrefix(text, "PONG") {
			return s, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.stop()
	return nil, fmt.Errorf("redis-server does not answer on port %s", s.port)
}

// startCluster returns so many masters.
func startCluster(ctx context.Context, dir string, masters int) (all []*redisServer, err error) {
	args := []string{"--cluster", "create"}
	for range masters {
		s, err := startRedis(ctx, dir, "--cluster-enabled", "yes")
		if err != nil {
			return all, err
		}
		all = append(all, s)
		args = append(args, "127.0.0.1:"+s.port)
	}
	if out, err := exec.CommandContext(ctx, "redis-cli", append(args, "--cluster-yes")...).CombinedOutput(); err != nil {
		return all, fmt.Errorf("make a cluster: %w: %s", err, out)
	}
	for _, s := range all {
		if err := s.joined(ctx); err != nil {
			return all, err
		}
	}
	return all, nil
}

// joined returns when the server serves all slots with the others.
func (s *redisServer) joined(ctx context.Context) error {
	for range 1000 {
		if text, err := s.ask(ctx, "CLUSTER", "INFO"); err == nil && strings.Contains(text, "cluster_state:ok") {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("the cluster does not come together on port %s", s.port)
}

// ask runs one command.
func (s *redisServer) ask(ctx context.Context, command ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "redis-cli", append([]string{"-p", s.port}, command...)...).Output()
	return string(out), err
}

// tells is one line of INFO.
func (s *redisServer) tells(ctx context.Context, name string) (string, error) {
	text, err := s.ask(ctx, "INFO")
	if err != nil {
		return "", err
	}
	_, rest, found := strings.Cut(text, "\n"+name+":")
	if !found {
		return "", fmt.Errorf("redis does not tell %s", name)
	}
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line), nil
}

// info is one figure of INFO.
func (s *redisServer) info(ctx context.Context, name string) (float64, error) {
	text, err := s.tells(ctx, name)
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(text, 64)
}

// monitor counts the commands that clients send while do runs: those that a script calls are no trips.
func (s *redisServer) monitor(ctx context.Context, do func() error) (trips int, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	out, err := os.CreateTemp("", "monitor")
	if err != nil {
		return 0, err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	cmd := exec.CommandContext(ctx, "redis-cli", "-p", s.port, "MONITOR")
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer func() { _ = cmd.Wait() }()
	defer cancel()
	if err := s.marked(ctx, out.Name(), "before"); err != nil {
		return 0, err
	}
	if err := do(); err != nil {
		return 0, err
	}
	if err := s.marked(ctx, out.Name(), "after"); err != nil {
		return 0, err
	}
	text, err := os.ReadFile(out.Name())
	if err != nil {
		return 0, err
	}
	_, during, _ := strings.Cut(string(text), `"before"`)
	during, _, _ = strings.Cut(during, `"after"`)
	for line := range strings.Lines(during) {
		if strings.Contains(line, "] \"") && !strings.Contains(line, " lua] ") && !strings.Contains(line, "\"ECHO\"") && !strings.Contains(line, "\"PING\"") {
			trips++
		}
	}
	return trips, nil
}

// marked has a mark among the commands, and returns when it is seen.
func (s *redisServer) marked(ctx context.Context, path, mark string) error {
	for range 500 {
		if _, err := s.ask(ctx, "ECHO", mark); err != nil {
			return err
		}
		if text, err := os.ReadFile(path); err == nil && strings.Contains(string(text), `"`+mark+`"`) { //nolint:gosec // a file of our own
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("MONITOR does not show %q", mark)
}
