package house

import (
	"context"
	"errors"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

const commandLimit = 2 * time.Minute

// Run runs another command of the binary on the house's data, as its operator would, and
// returns what it printed and its exit code.
func (h *House) Run(stdin string, args ...string) (out string, code int) {
	h.t.Helper()
	return h.RunWith(nil, stdin, args...)
}

// RunWith is Run with further environment variables.
func (h *House) RunWith(env map[string]string, stdin string, args ...string) (out string, code int) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), commandLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, h.nodes[0].binary, args...)
	cmd.Env = append([]string(nil), h.nodes[0].env...)
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stdin = strings.NewReader(stdin)
	cmd.WaitDelay = time.Second
	said, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || ctx.Err() != nil) {
		h.t.Fatalf("kkmovies %s: %v\n%s", strings.Join(args, " "), err, said)
	}
	return string(said), cmd.ProcessState.ExitCode()
}

var importedAs = regexp.MustCompile(`imported .* as ([0-9a-f-]{36})`)

// Import brings a film in from the command line and returns its video's id.
func (h *House) Import(path string) string {
	h.t.Helper()
	out, code := h.Run("", "import", path)
	id := ImportedAs(out)
	if code != 0 || id == "" {
		h.t.Fatalf("import ended with %d:\n%s", code, out)
	}
	return id
}

// ImportedAs reads in what an import printed which video its first film became; "" of none.
func ImportedAs(out string) string {
	found := importedAs.FindStringSubmatch(out)
	if found == nil {
		return ""
	}
	return found[1]
}
