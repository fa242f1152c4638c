package mongostore

import (
	"log/slog"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog/catalogtest"
	"github.com/kkmovies/kkmovies/test/engines"
)

func TestMain(m *testing.M) { engines.Main(m) }

// Of a real MongoDB this says nothing but where the address of one is given: the others speak
// its protocol, each a part of it.
func TestFilmsKeepTheirContract(t *testing.T) {
	run := func(name string, open func(t testing.TB) (address string), limits catalogtest.FilmSubject) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			catalogtest.RunFilms(t, func(t testing.TB) catalogtest.FilmSubject {
				subject := limits
				subject.Store = opened(t, open(t)).Films()
				return subject
			})
		})
	}
	run("jongodb", engines.Jongodb, catalogtest.FilmSubject{Few: "every insert looks at every document"})
	run("FerretDB", engines.FerretDB, catalogtest.FilmSubject{
		Few:       "it has no index but of unique fields, so that every answer is a look at all",
		OneWriter: "it reads, then writes, and locks nothing between", Vague: "a duplicate in an update is an internal error to it",
	})
	if engines.HasMongoDB() {
		run("MongoDB", engines.MongoDB, catalogtest.FilmSubject{})
	} else {
		t.Log("MongoDB itself: not run, KK_TEST_MONGODB_URL names none")
	}
}

// The right film first, and all films in the order in which SQL answers. FerretDB looks at
// every film for each word: it answers the same, in minutes.
func TestWhatPeopleTypeIsAnsweredInTheOrderOfEveryStore(t *testing.T) {
	t.Parallel()
	if order := catalogtest.FewQueries(t, opened(t, engines.Jongodb(t)).Films()); order != catalogtest.OrderOfFew {
		t.Errorf("the order is %s", order)
	}
}

func opened(t testing.TB, address string) *DB {
	t.Helper()
	d, err := Open(t.Context(), Options{URL: address, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}
