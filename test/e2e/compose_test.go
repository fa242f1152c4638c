//go:build e2e

package e2e

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/kkmovies/kkmovies/test/e2e/house"
)

// What an operator is given to start is what these tests start: the same roles as often, the
// same addresses, the same servers.
func TestComposeIsWhatTheTestsRan(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(house.Root(t), "deploy", "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]struct {
			Image       string
			Command     []string
			Environment map[string]string
			Deploy      struct{ Replicas int }
		}
	}
	if err := yaml.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	started, images := map[string]int{}, map[string]bool{}
	for name, s := range file.Services {
		images[s.Image] = true
		if len(s.Command) == 0 || s.Command[0] != "serve" {
			continue
		}
		started[s.Command[2]] += s.Deploy.Replicas
		for address, is := range house.ScaledAddresses {
			if !strings.Contains(s.Environment[address], is.Scheme+"://") {
				t.Errorf("%s of %s is %q, where the tests have %s://…", address, name, s.Environment[address], is.Scheme)
			}
		}
	}
	ran := map[string]int{}
	for _, n := range house.ScaledNodes {
		ran[n.Role]++
	}
	if !maps.Equal(started, ran) {
		t.Errorf("it starts %v, the tests %v", started, ran)
	}
	for address, is := range house.ScaledAddresses {
		if is.Server != "" && !images[is.Server] {
			t.Errorf("for %s the tests ran %s, it has %v", address, is.Server, images)
		}
	}
}
