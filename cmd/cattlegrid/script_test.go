package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience is how long a script waits for a process that may be stuck.
const patience = 30 * time.Second

// TestScript runs the command as an operator does. The scripts in testdata are its manual of mistakes.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setup,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":     exits,
			"listening": listening,
			"get":       get,
			"sigterm":   sigterm,
			"insist":    insist,
			"hold":      hold,
			"closed":    closed,
			"occupied":  occupied,
			"mode":      mode,
			"before":    before,
			"post":      post,
			"sighup":    sighup,
			"says":      says,
		},
	})
}

// setup makes the place where processes call back.
func setup(e *testscript.Env) error {
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return err
	}
	e.Defer(func() { _ = listener.Close() })
	e.Values["listener"] = listener
	e.Setenv("CALL_BACK", listener.Addr().String())
	e.Setenv("GORACE", "atexit_sleep_ms=0") // else each process takes a second to end
	return nil
}

// exits code command args... runs a command that must exit with code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got, err = exit.ExitCode(), nil
	}
	ts.Check(err)
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code is %d, want %s", got, args[0])
	}
}

// listening VAR waits until a process that was started in the background listens, and puts its address into VAR.
func listening(ts *testscript.TestScript, _ bool, args []string) {
	listener := ts.Value("listener").(*net.TCPListener)
	ts.Check(listener.SetDeadline(time.Now().Add(patience)))
	conn, err := listener.Accept()
	ts.Check(err)
	defer conn.Close()
	addr, err := io.ReadAll(conn)
	ts.Check(err)
	ts.Setenv(args[0], string(addr))
}

// get status url prints what a server answers with status.
func get(ts *testscript.TestScript, _ bool, args []string) {
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(args[1])
	ts.Check(err)
	defer response.Body.Close()
	if strconv.Itoa(response.StatusCode) != args[0] {
		ts.Fatalf("GET %s answers %d, want %s", args[1], response.StatusCode, args[0])
	}
	_, err = io.Copy(ts.Stdout(), response.Body)
	ts.Check(err)
}

// post url file prints what a server answers to the JSON in a file, whatever the status.
func post(ts *testscript.TestScript, _ bool, args []string) {
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Post(args[0], "application/json", strings.NewReader(ts.ReadFile(args[1])))
	ts.Check(err)
	defer response.Body.Close()
	_, err = io.Copy(ts.Stdout(), response.Body)
	ts.Check(err)
}

// sighup tells all processes in the background to reload.
func sighup(ts *testscript.TestScript, _ bool, _ []string) {
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(syscall.SIGHUP))
	}
}

// says file pattern [VAR] waits until a file has the pattern, and puts what its first group matches into VAR.
func says(ts *testscript.TestScript, _ bool, args []string) {
	pattern := regexp.MustCompile("(?m)" + args[1])
	soon := time.Now().Add(patience)
	for {
		text, err := os.ReadFile(ts.MkAbs(args[0]))
		if match := pattern.FindStringSubmatch(string(text)); match != nil {
			if len(args) > 2 {
				ts.Setenv(args[2], match[1])
			}
			return
		}
		if time.Now().After(soon) {
			ts.Fatalf("%s does not say %s: %v\n%s", args[0], args[1], err, text)
		}
	}
}

// sigterm tells all processes in the background to stop.
func sigterm(ts *testscript.TestScript, _ bool, _ []string) {
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	}
}

// insist tells them again and again until they are gone, which must be soon.
func insist(ts *testscript.TestScript, _ bool, _ []string) {
	soon := time.Now().Add(graceful / 3)
	for _, cmd := range ts.BackgroundCmds() {
		for !errors.Is(cmd.Process.Signal(syscall.SIGTERM), os.ErrProcessDone) {
			if time.Now().After(soon) {
				ts.Fatalf("the process is still there")
			}
		}
	}
}

// hold addr begins a request to a server, and leaves it unfinished once the server waits for the rest.
func hold(ts *testscript.TestScript, _ bool, args []string) {
	conn, err := net.Dial("tcp", args[0])
	ts.Check(err)
	ts.Defer(func() { _ = conn.Close() })
	ts.Check(beginRequest(conn, bufio.NewReader(conn), 1))
}

// beginRequest sends a request but for its body, and returns when the server asks for that, which is when a handler
// reads it.
func beginRequest(w io.Writer, r *bufio.Reader, length int) error {
	const head = "POST /passport/sms_code HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
	if _, err := fmt.Fprintf(w, "%sContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", head, length); err != nil {
		return err
	}
	line, err := r.ReadString('\n')
	if err == nil && !strings.Contains(line, "100 Continue") {
		err = fmt.Errorf("the server says %q, want 100 Continue", line)
	}
	if err != nil {
		return err
	}
	_, err = r.ReadString('\n')
	return err
}

// closed addr waits until nobody listens there.
func closed(_ *testscript.TestScript, _ bool, args []string) { waitUntilRefused(args[0]) }

func waitUntilRefused(addr string) {
	for {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		_ = conn.Close()
	}
}

// before text from to writes what stands in a file before the text to another one.
func before(ts *testscript.TestScript, _ bool, args []string) {
	head, _, found := strings.Cut(ts.ReadFile(args[1]), args[0])
	if !found {
		ts.Fatalf("%s does not have %s", args[1], args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(head), 0o600))
}

// occupied VAR puts an address into VAR that another process listens on.
func occupied(ts *testscript.TestScript, _ bool, args []string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = listener.Close() })
	ts.Setenv(args[0], listener.Addr().String())
}

// mode bits file: the file must have just these permissions, in octal.
func mode(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.ParseUint(args[0], 8, 32)
	ts.Check(err)
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := info.Mode().Perm(); got != fs.FileMode(want) {
		ts.Fatalf("%s has mode %04o, want %04o", args[1], got, want)
	}
}
