package app

import (
	"regexp"
	"testing"
)

func TestSlotsFollowFromCoresAndMemory(t *testing.T) {
	const gigabyte = 1 << 30
	for _, c := range []struct {
		cores  int
		memory int64
		want   int
	}{
		{8, 64 * gigabyte, 8}, {8, 3 * gigabyte, 3}, {2, 512 << 20, 1}, {16, 0, 16},
	} {
		if got := slotsFor(c.cores, c.memory); got != c.want {
			t.Errorf("%d cores, %d bytes: %d slots, want %d", c.cores, c.memory, got, c.want)
		}
	}
	if slotsOf(7) != 7 || slotsOf(0) < 1 {
		t.Errorf("set to 7: %d, unset: %d", slotsOf(7), slotsOf(0))
	}
	if memoryAllowed() <= 0 {
		t.Error("the memory of this machine cannot be told")
	}
}

func TestAProcessIsCalledAfterItsMachineAndVersion(t *testing.T) {
	if name := processName(); !regexp.MustCompile(`^[!-~]{1,40} [!-~]{1,40}$`).MatchString(name) {
		t.Errorf("called %q", name)
	}
}
