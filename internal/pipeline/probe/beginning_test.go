package probe

import (
	"context"
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
	for name, known := range map[string]func(context.Context) *Known{
		"unknown": nil,
		"known":   func(context.Context) *Known { return &Known{FrameRateNum: 25, FrameRateDen: 1, EndSeconds: 14} },
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

// A film is looked at while its tables are read through. Where they turn out not to be sound,
// it is reported on as if they had never been looked at.
func TestAFilmWhoseTablesAreNotSoundIsLookedAtAsAnyOther(t *testing.T) {
	path := testfilm.PAL.Path(t)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	prober := New(testfilm.Tools(t))
	in := In{Path: path, Bytes: info.Size()}
	want, err := prober.Run(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	for name, known := range map[string]*Known{
		"no tables":                nil,
		"tables of another stream": {Stream: 1, FrameRateNum: 50, FrameRateDen: 1, EndSeconds: 3},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			in := in
			in.Known = func(context.Context) *Known { asked++; return known }
			got, err := prober.Run(t.Context(), in)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%+v, %v, want %+v", got, err, want)
			}
			if asked != 1 {
				t.Errorf("the tables were read through %d times", asked)
			}
		})
	}
}
