package probe

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/kkmovies/kkmovies/test/testfilm"
)

// A short film that is of no use must not make the film unreadable.
func TestAUselessBeginningIsNotLookedAtInTheFilmsPlace(t *testing.T) {
	path := testfilm.PAL.Path(t)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	useless := filepath.Join(t.TempDir(), "beginning")
	if err := os.WriteFile(useless, []byte("no film"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, known := range map[string]*Known{
		"unknown": nil,
		"known":   {FrameRateNum: 25, FrameRateDen: 1, EndSeconds: 14},
	} {
		t.Run(name, func(t *testing.T) {
			prober := New(testfilm.Tools(t))
			in := In{Path: path, Bytes: info.Size(), Known: known}
			want, err := prober.Run(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			in.Beginning = useless
			got, err := prober.Run(t.Context(), in)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%+v, %v, want %+v", got, err, want)
			}
		})
	}
}
