package e2e_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// gate is one that visitors can reach, normally a process of the command.
type gate struct {
	world   *world
	data    string // its directory; "" if it has none
	url     string
	printed *transcript
	answers func(ids []string) []string // reads the answers of challenges, "" if there is none

	process *os.Process
	exited  chan struct{} // closed when the process is gone
	code    int           // its exit code, once it is gone
}

// startTimeout is how long a process may take to listen; a busy machine needs a while.
const startTimeout = 20 * time.Second

// start runs the command until the end of the test, with the settings given as flags, which begin with a hyphen, and as
// environment. It has its keys in the data directory.
func (w *world) start(data string, settings ...string) *gate {
	w.t.Helper()
	return w.startOf(command, data, settings...)
}

// startOf is start of another version of the command.
func (w *world) startOf(version func() (path string, err error), data string, settings ...string) *gate {
	w.t.Helper()
	path, err := version()
	if err != nil {
		w.t.Fatal(err)
	}
	g := &gate{world: w, data: data, printed: w.transcript(), exited: make(chan struct{})}
	cmd := exec.Command(path, "serve")
	cmd.Dir = w.t.TempDir()
	cmd.Env = []string{
		"CATTLEGRID_ADDR=127.0.0.1:0",
		"CATTLEGRID_DATA=" + data,
		"CATTLEGRID_HTTP_TRUSTED_PROXIES=127.0.0.0/8",
		"CATTLEGRID_LOG_LEVEL=debug",
		"CATTLEGRID_SMS_PROVIDER=webhook",
		"CATTLEGRID_SMS_WEBHOOK_URL=" + w.provider.server.URL + "/sms",
		"CATTLEGRID_SMS_WEBHOOK_SECRET=" + w.provider.secret,
		"CATTLEGRID_SMS_WEBHOOK_ALLOW_PRIVATE=true",
	}
	for _, setting := range settings {
		if strings.HasPrefix(setting, "-") {
			cmd.Args = append(cmd.Args, setting)
		} else {
			cmd.Env = append(cmd.Env, setting)
		}
	}
	cmd.Stdout, cmd.Stderr = g.printed, g.printed
	cmd.SysProcAttr = redistest.DieWithParent()
	if err := g.run(cmd); err != nil {
		w.t.Fatalf("start the command: %v", err)
	}
	w.t.Cleanup(g.kill)
	return g
}

// listens returns when the gate does.
func (g *gate) listens() {
	t := g.world.t
	t.Helper()
	timeout := time.NewTimer(startTimeout)
	defer timeout.Stop()
	select {
	case addr := <-g.printed.addr:
		g.url = "http://" + addr
	case <-g.exited:
		t.Fatalf("the command ended with code %d:\n%s", g.code, g.printed)
	case <-timeout.C:
		t.Fatalf("the command does not listen after %v:\n%s", startTimeout, g.printed)
	}
	for _, name := range []string{"hash.key", "sign.key", "new-hash.key", "new-sign.key"} {
		text, err := os.ReadFile(filepath.Join(g.data, name))
		if err != nil && (!strings.HasPrefix(name, "new-") || !errors.Is(err, fs.ErrNotExist)) {
			t.Fatalf("read the keys: %v", err)
		}
		for key := range strings.Lines(string(text)) {
			if key = strings.Trim(key, "=\n"); !strings.HasPrefix(key, "-") {
				g.world.secrets.add(aKey, key)
			}
		}
	}
}

// run starts cmd in a thread of its own: the system ends the process when the thread that started it ends.
func (g *gate) run(cmd *exec.Cmd) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := cmd.Start()
		g.process = cmd.Process
		started <- err
		if err == nil {
			_ = cmd.Wait() // the exit code says it
			g.code = cmd.ProcessState.ExitCode()
		}
		close(g.exited)
	}()
	return <-started
}

// kill ends the process as kill -9 does. Killing a process that is gone does nothing.
func (g *gate) kill() {
	_ = g.process.Kill()
	<-g.exited
}

// transcript is what a gate prints. It is safe for concurrent use.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
	told bool        // the address, or there is none to tell
	addr chan string // gets the address that the gate says it listens on
}

var listening = regexp.MustCompile(`(?:listens on |"addr":")(127\.0\.0\.1:\d+)[\n"]`)

// Write implements io.Writer.
func (p *transcript) Write(part []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text.Write(part)
	if p.told {
		return len(part), nil
	}
	if match := listening.FindSubmatch(p.text.Bytes()); match != nil {
		p.told = true
		p.addr <- string(match[1])
	}
	return len(part), nil
}

// String returns what was printed so far.
func (p *transcript) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

func newData(t *testing.T) string { return filepath.Join(t.TempDir(), "data") }
