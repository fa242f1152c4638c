//go:build e2e

package e2e

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
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
	roles := map[string]int{}
	for name, s := range file.Services {
		if len(s.Command) == 3 && s.Command[0] == "serve" {
			roles[s.Command[2]] += s.Deploy.Replicas
			for address, value := range house.SharedSettings(t) {
				if scheme, _, _ := strings.Cut(value, "://"); !strings.HasPrefix(s.Environment[address], scheme+"://") && !strings.Contains(s.Environment[address], scheme) {
					t.Errorf("%s of %s is %q, where the tests have %s://…", address, name, s.Environment[address], scheme)
				}
			}
		}
	}
	ran := map[string]int{}
	for _, node := range house.ScaledNodes {
		ran[node.Role]++
	}
	if !maps.Equal(roles, ran) {
		t.Errorf("it starts %v, the tests %v", roles, ran)
	}
	var images []string
	for _, s := range file.Services {
		images = append(images, s.Image)
	}
	for _, image := range house.ScaledImages {
		if !slices.Contains(images, image) {
			t.Errorf("the tests ran %s, it has %v", image, images)
		}
	}
}
