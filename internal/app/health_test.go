package app

import (
	"errors"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

func TestAMissingSandboxIsSaidAloudWithWhatToDo(t *testing.T) {
	for name, want := range map[string]struct {
		status  ffmpeg.Status
		warning string
	}{
		"all is well": {ffmpeg.Status{Sandboxed: true, Limited: true}, ""},
		"no sandbox":  {ffmpeg.Status{Limited: true, SandboxDetail: "bwrap: /secret/path", SandboxRemedy: "install bubblewrap"}, "WITHOUT a sandbox; install bubblewrap"},
		"no limits":   {ffmpeg.Status{Sandboxed: true}, "WITHOUT limits on time and memory; install util-linux"},
	} {
		check := toolsCheck(want.status)
		if !check.OK || !strings.HasSuffix(check.Warning, want.warning) || (check.Warning == "") != (want.warning == "") {
			t.Errorf("%s: %+v", name, check)
		}
		if strings.Contains(check.Warning, "/") {
			t.Errorf("%s: everybody may read %q", name, check.Warning)
		}
	}
}

func TestADiskThatFillsUpIsSaidBeforeItIsFull(t *testing.T) {
	c := &config.Config{KeepFree: 1000}
	for free, want := range map[int64]string{2_000_000_000: "", 900_000_000: "almost full", 250_000_000: "FULL", 0: "FULL"} {
		check := roomCheck("media", c, free)
		if !check.OK || !strings.Contains(check.Warning, want) || (check.Warning == "") != (want == "") {
			t.Errorf("%d free: %+v", free, check)
		}
		if seen := ill(check); seen.OK != (want == "") {
			t.Errorf("%d free, for who came to look: %+v", free, seen)
		}
	}
	if check := checkOf("media", "", errors.New("gone")); check.OK {
		t.Errorf("%+v", check)
	}
}
