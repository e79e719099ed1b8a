package e2e_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// processFaults happen to a process with the embedded store, or to its file when the process was killed.
func processFaults() []fault {
	open := func(w *world) *site { return newSite(w).openBolt() }
	return []fault{
		{
			name: "EmbeddedKilled", title: "embedded store, `bolt.sync`: the gate is killed and started again", open: open,
			inject: func(t *testing.T, s *site) {
				s.gate(0).kill()
				s.injected = time.Now()
				s.isFailing(t, 5)
			},
			heal: func(_ *testing.T, s *site) { s.replace(0, s.startBolt()) },
			lost: "nothing; without `bolt.sync` up to `bolt.tick`, 250 ms",
		},
		{
			name: "EmbeddedTorn", title: "embedded store: its file is torn when the gate is killed; it is moved away", open: open, again: 1,
			inject: func(t *testing.T, s *site) {
				s.gate(0).kill()
				s.injected = time.Now()
				s.isFailing(t, 5)
				tear(t, s.boltPath())
				g := s.start(s.data, s.config...)
				select {
				case <-g.exited:
				case <-g.printed.addr:
					t.Fatal("the gate starts on a torn file")
				case <-time.After(startTimeout):
					t.Fatalf("the gate neither starts on a torn file nor ends:\n%s", g.printed)
				}
				if got := g.printed.String(); g.code != 1 || !strings.Contains(got, "was left as it is") || !strings.Contains(got, "move it away") {
					t.Errorf("the gate ended with code %d and said\n%s", g.code, got)
				}
			},
			heal: func(t *testing.T, s *site) {
				if err := os.Rename(s.boltPath(), s.boltPath()+".torn"); err != nil {
					t.Fatal(err)
				}
				s.replace(0, s.startBolt())
				s.forget()
				s.prepare()
			},
			lost: "what the file held: up to a limit once more. The gate does not start on such a file",
		},
	}
}

func (s *site) boltPath() string { return filepath.Join(s.data, "cattlegrid.db") }

// tear cuts a file of bbolt off within what its two meta pages say is used: what lies behind that, up to half of the file, would
// not be missed.
func tear(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const sizeAt, usedAt = 16 + 8, 16 + 40 // behind the head of a page
	page := binary.NativeEndian.Uint32(content[sizeAt:])
	used := min(binary.NativeEndian.Uint64(content[usedAt:]), binary.NativeEndian.Uint64(content[int(page)+usedAt:])) - 1
	if err := os.Truncate(path, int64(used)*int64(page)); err != nil {
		t.Fatal(err)
	}
}

// openBolt starts a gate on the embedded store. Its answers cannot be read as they come, so visitors answer challenges that
// were solved before, besides asking for others.
func (s *site) openBolt() *site {
	s.t.Helper()
	s.config = []string{"CATTLEGRID_STORE=bolt", "CATTLEGRID_BOLT_SYNC=true", s.guard(s.limits()...)}
	s.solved = make(chan challenge, 2*prepared)
	s.gates = []*gate{s.startBolt()}
	s.prepare()
	return s
}

func (s *site) startBolt() *gate {
	s.t.Helper()
	g := s.onBolt(s.data, s.config...)
	return g
}

// forget drops challenges that no gate knows any more.
func (s *site) forget() {
	for {
		select {
		case <-s.solved:
		default:
			return
		}
	}
}

// prepared is how many challenges are solved before visitors come.
const prepared = 400

func (s *site) prepare() {
	s.t.Helper()
	for _, c := range s.gate(0).challenges(prepared) {
		select {
		case s.solved <- c:
		default:
		}
	}
}
