package serving

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// process is a server that is measured, or that a server needs.
type process struct {
	cmd   *exec.Cmd
	began time.Time // before it was started
	done  chan error
}

// start runs a program in a directory.
func start(ctx context.Context, dir, path string, env []string, args ...string) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, path, args...), done: make(chan error, 1)}
	p.cmd.Dir = dir
	p.cmd.Env = env
	p.began = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(path), err)
	}
	go func() { p.done <- p.cmd.Wait() }()
	return p, nil
}

// stop kills the process.
func (p *process) stop() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

const hertz = 100 // clock ticks a second in /proc, on all Linux

// cpu is the user and system time that the process has taken so far.
func (p *process) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("read a process' CPU time: %w", err)
	}
	_, rest, _ := strings.Cut(string(text), ") ") // after the name, which may have anything in it
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, errors.New("read a process' CPU time: the line is too short")
	}
	user, err := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / hertz, errors.Join(err, err2)
}

// memory is what the process keeps in RAM, in bytes.
func (p *process) memory() (int64, error) { return memoryOf(strconv.Itoa(p.cmd.Process.Pid)) }

// memoryOf is memory of a process, which may be "self".
func memoryOf(pid string) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%s/status", pid))
	if err != nil {
		return 0, fmt.Errorf("read a process' memory: %w", err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	fields := strings.Fields(rest)
	if len(fields) < 1 {
		return 0, errors.New("read a process' memory: it is not there")
	}
	kilobytes, err := strconv.ParseInt(fields[0], 10, 64)
	return kilobytes << 10, err
}

// freePort is one that nobody listens on.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it does not block
	if err != nil {
		return 0, err
	}
	defer l.Close()
	addr, _ := l.Addr().(*net.TCPAddr)
	return addr.Port, nil
}

// answers returns when the server at a URL does as it should, and how long that took from the start.
func (p *process) answers(ctx context.Context, base *url.URL, path string) (time.Duration, error) {
	last := "nothing"
	for time.Since(p.began) < 20*time.Second {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, base.String()+path, nil)
		if err != nil {
			return 0, err
		}
		request.Close = true
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return time.Since(p.began), nil
			}
			last = response.Status
		}
		select {
		case err := <-p.done:
			p.done <- err
			return 0, fmt.Errorf("the server ended: %w", err)
		case <-time.After(2 * time.Millisecond):
		}
	}
	return 0, fmt.Errorf("the server answers %s", last)
}
