package source

import (
	"testing"

	"github.com/kkmovies/kkmovies/test/testfilm"
)

// What a film says of its colours is in its picture, after much that nobody asks for.
func TestTheColoursAPictureSaysAreRead(t *testing.T) {
	for film, want := range map[*testfilm.Film]string{&testfilm.PAL: "", &testfilm.SaysBT709: "bt709", &testfilm.SaysPAL: "bt470bg"} {
		rung, err := open(t, film.Path(t)).Rung()
		if err != nil {
			t.Fatal(err)
		}
		if rung.Matrix != want {
			t.Errorf("%s: read as %q, want %q", film.Name, rung.Matrix, want)
		}
	}
}
