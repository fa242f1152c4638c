package house

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// node is one server program, through as many lives as the test gives it.
type node struct {
	t      testing.TB
	name   string // in messages
	binary string
	env    []string
	args   []string
	cores  string // those it may run on; "" for all
	journal
	process *process // nil while it is down
	base    string   // where this life answers
}

// boot starts a node that is down and returns when it answers.
func (n *node) boot() {
	n.t.Helper()
	n.mark()
	cmd := exec.Command(n.binary, n.args...)
	if n.cores != "" {
		cmd = exec.Command("taskset", append([]string{"--cpu-list", n.cores, n.binary}, n.args...)...)
	}
	cmd.Env, cmd.Stdout, cmd.Stderr = n.env, &n.journal, &n.journal
	p, err := start(cmd)
	if err != nil {
		n.t.Fatalf("start %s: %v", n.binary, err)
	}
	n.process = p

	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	var said struct {
		Message string `json:"msg"`
		Address string `json:"address"`
	}
	ready := func(line string) bool {
		return json.Unmarshal([]byte(line), &said) == nil && said.Message == "ready"
	}
	if _, err := n.await(ctx, p.exited, ready); err != nil {
		n.t.Fatalf("%s did not start: %v", n.name, err)
	}
	if n.base != said.Address { // a front may be looking
		n.base = said.Address
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, n.base+"/readyz", nil)
	if err != nil {
		n.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		n.t.Fatalf("%s said it was ready, but: %v", n.name, err)
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	if answer.StatusCode != http.StatusOK {
		n.t.Fatalf("%s: /readyz answers %s:\n%s", n.name, answer.Status, body)
	}
}

// keepAddress makes the next life listen where this one did.
func (n *node) keepAddress() {
	n.env = append(slices.DeleteFunc(n.env, func(setting string) bool { return strings.HasPrefix(setting, "KK_LISTEN=") }),
		"KK_LISTEN="+strings.TrimPrefix(n.base, "http://"))
}

func (n *node) pid() int { return n.process.cmd.Process.Pid }

// kill9 ends the node as a power cut would, and waits until nothing it had started is left:
// an encoder that outlives its server writes into the next one's files.
func (n *node) kill9() {
	n.t.Helper()
	p := n.process
	left, err := p.send(syscall.SIGKILL)
	if err != nil {
		n.t.Fatalf("kill -9 of %s: %v", n.name, err)
	}
	<-p.exited
	n.process = nil
	n.nothingLeft(left)
}

// stop asks the node to end, and fails the test unless it ends well, in time, and with
// everything it had started.
func (n *node) stop() {
	n.t.Helper()
	p := n.process
	began := time.Now()
	left, err := p.send(syscall.SIGTERM)
	if err != nil {
		n.t.Fatalf("SIGTERM to %s: %v", n.name, err)
	}
	select {
	case <-p.exited:
	case <-time.After(drainLimit + goneLimit):
		n.t.Fatalf("%s is still there %v after SIGTERM", n.name, drainLimit+goneLimit)
	}
	n.process = nil
	if took := time.Since(began); p.err != nil {
		n.t.Errorf("%s ended with %v, %v after SIGTERM", n.name, p.err, took)
	}
	n.nothingLeft(left)
}

// nothingLeft fails the test for each process of a dead node that lives on.
func (n *node) nothingLeft(processes []child) {
	n.t.Helper()
	for _, c := range processes {
		if !c.gone(goneLimit) {
			n.t.Errorf("process %d (%s) outlived %s, which started it", c.pid, c.name, n.name)
		}
	}
}

func (n *node) cleanUp() {
	if p := n.process; p != nil {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.exited:
		case <-time.After(drainLimit):
			_ = p.cmd.Process.Kill()
			<-p.exited
		}
	}
	if n.t.Failed() {
		n.t.Logf("the log of %s:\n%s", n.name, n.tail(80))
	}
}

// String names the node and where it is.
func (n *node) String() string { return fmt.Sprintf("%s at %s", n.name, n.base) }
