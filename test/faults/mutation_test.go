//go:build e2e

package faults

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/kkmovies/kkmovies/test/testfilm"
)

var mutations = flag.Int("mutations", 24, "how many films are damaged at random")

// One film in each kind of container, and of several codecs.
var mutated = []testfilm.Film{
	testfilm.PAL, testfilm.Faststart, testfilm.Matroska, testfilm.Transport, testfilm.WebM,
	testfilm.AVI, testfilm.Fragmented, testfilm.QuickTime, testfilm.HEVC, testfilm.Variable,
}

// Damage of every kind that copies, disks and networks do. It changes a film's bytes and
// says what it did.
var damages = []func(r *rand.Rand, body []byte) ([]byte, string){
	func(r *rand.Rand, body []byte) ([]byte, string) {
		n := 1 + r.IntN(64)
		for range n {
			body[r.IntN(len(body))] = byte(r.Uint32())
		}
		return body, fmt.Sprintf("%d bytes changed", n)
	},
	func(r *rand.Rand, body []byte) ([]byte, string) { // where tables are
		n := 1 + r.IntN(16)
		for range n {
			body[r.IntN(min(len(body), 4096))] = byte(r.Uint32())
		}
		return body, fmt.Sprintf("%d bytes changed near its beginning", n)
	},
	func(r *rand.Rand, body []byte) ([]byte, string) { // where they are, too
		n := 1 + r.IntN(16)
		for range n {
			body[len(body)-1-r.IntN(min(len(body), 8192))] = byte(r.Uint32())
		}
		return body, fmt.Sprintf("%d bytes changed near its end", n)
	},
	func(r *rand.Rand, body []byte) ([]byte, string) {
		from, to := stretch(r, body)
		clear(body[from:to])
		return body, fmt.Sprintf("%d bytes made zero", to-from)
	},
	func(r *rand.Rand, body []byte) ([]byte, string) {
		from, to := stretch(r, body)
		return slices.Delete(body, from, to), fmt.Sprintf("%d bytes lost", to-from)
	},
	func(r *rand.Rand, body []byte) ([]byte, string) {
		from, to := stretch(r, body)
		return slices.Insert(body, from, slices.Clone(body[from:to])...), fmt.Sprintf("%d bytes twice", to-from)
	},
	func(r *rand.Rand, body []byte) ([]byte, string) {
		n := 1 + r.IntN(1<<14)
		return slices.Insert(body, r.IntN(len(body)), noise(n)...), fmt.Sprintf("%d bytes of noise within", n)
	},
	func(r *rand.Rand, body []byte) ([]byte, string) {
		n := r.IntN(len(body))
		return body[:n], fmt.Sprintf("cut after %d bytes", n)
	},
}

// stretch is some run of a film, of up to an eighth of it.
func stretch(r *rand.Rand, body []byte) (from, to int) {
	from = r.IntN(len(body))
	return from, min(len(body), from+1+r.IntN(len(body)/8))
}

func TestFilmsDamagedAtRandomEndInWordsAndLeaveNothing(t *testing.T) {
	number := max(*seed, 1) // a run that is not asked for others damages the same films alike
	t.Logf("repeat with -args -mutations %d -seed %d", *mutations, number)
	w := newWard(t)
	t.Run("films", func(t *testing.T) {
		slots := make(chan struct{}, atOnce)
		for i := range *mutations {
			film := mutated[i%len(mutated)]
			r := rand.New(rand.NewPCG(number, uint64(i)))
			t.Run(fmt.Sprintf("%03d %s", i, film.Name), func(t *testing.T) {
				t.Parallel()
				slots <- struct{}{}
				defer func() { <-slots }()
				body, how := damages[r.IntN(len(damages))](r, of(film)(t))
				path := filepath.Join(t.TempDir(), "film")
				if err := os.WriteFile(path, body, 0o600); err != nil {
					t.Fatal(err)
				}
				if _, err := w.take(fmt.Sprintf("%03d %s, %s", i, film.Name, how), film.Name, path); err != nil {
					t.Errorf("%s: %v", how, err)
				}
			})
		}
	})
	w.closes()
}
