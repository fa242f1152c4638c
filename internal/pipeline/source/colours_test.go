package source

import (
	"bytes"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"

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

// A film that does not say is told to be what its encoded rungs say they are.
func TestAFilmThatDoesNotSayItsColoursIsGivenThem(t *testing.T) {
	for film, want := range map[*testfilm.Film]uint16{&testfilm.PAL: 6, &testfilm.SaysBT709: 0} {
		body, err := open(t, film.Path(t)).VideoInit()
		if err != nil {
			t.Fatal(err)
		}
		file, err := mp4.DecodeFile(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		var got uint16
		for _, box := range file.Init.Moov.Trak.Mdia.Minf.Stbl.Stsd.AvcX.Children {
			if colr, ok := box.(*mp4.ColrBox); ok {
				got = colr.MatrixCoefficients
			}
		}
		if got != want {
			t.Errorf("%s: said to be in matrix %d, want %d", film.Name, got, want)
		}
	}
}
