package app

import (
	"context"
	"fmt"
	"io"
	"reflect"

	"github.com/dustin/go-humanize"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/mongostore"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
)

// filmsMove takes the films of the main database to where KK_CATALOG_URL says. They are read
// there and stay as they are; whatever interrupts it, doing it again goes on with it.
type filmsMove struct {
	from sqlstore.Films
	to   *mongostore.DB
	out  io.Writer
	some int // films taken over together
}

// filmsAtOnce is how many that usually are.
const filmsAtOnce = 500

func (m filmsMove) say(format string, args ...any) { fmt.Fprintf(m.out, format+"\n", args...) }

// run does all of it, once: what is deleted at the new place later does not come back.
func (m filmsMove) run(ctx context.Context) error {
	done, err := m.to.AllTaken(ctx)
	if err != nil {
		return err
	}
	if !done.IsZero() {
		m.say("The films are in MongoDB at %s since %s: nothing to move.", m.to.Name(), done.Format("2006-01-02 15:04"))
		return nil
	}
	total, err := m.from.Count(ctx)
	if err != nil {
		return err
	}
	there, err := m.to.Films().Count(ctx)
	if err != nil {
		return err
	}
	m.say("Films     from  the main database: about %s\n          to    MongoDB at %s: %s there", humanize.Comma(int64(total)), m.to.Name(), humanize.Comma(int64(there)))
	var all mongostore.Taken
	meter := newMeter("films", int64(total), false)
	moved, err := m.each(ctx, meter, func(films []catalog.Film) error {
		stored := make([]catalog.Stored, len(films))
		for i, film := range films {
			stored[i] = film.Stored()
		}
		taken, err := m.to.Films().Take(ctx, stored)
		all.Added, all.Renewed, all.Here = all.Added+taken.Added, all.Renewed+taken.Renewed, all.Here+taken.Here
		return err
	})
	if err != nil {
		return err
	}
	meter = newMeter("films compared", int64(moved), false)
	compared, err := m.each(ctx, meter, func(films []catalog.Film) error { return m.compare(ctx, films) })
	if err != nil {
		return err
	}
	if compared != moved {
		return fault.New(fault.Conflict, "app.move_films", "films_changed",
			fmt.Sprintf("The main database kept %d films and then %d: a server uses it still. Stop it, and run this again.", moved, compared))
	}
	if err := m.to.NoteAllTaken(ctx); err != nil {
		return err
	}
	m.say("Films: %s copied, %s brought up to date, %s there since an earlier run; %s read back and compared.",
		humanize.Comma(int64(all.Added)), humanize.Comma(int64(all.Renewed)), humanize.Comma(int64(all.Here)), humanize.Comma(int64(compared)))
	m.say("They stay in the main database too, which is not asked for films while KK_CATALOG_URL is set.")
	return nil
}

// each does something with all films, some at once, and says how many there were.
func (m filmsMove) each(ctx context.Context, meter *meter, do func([]catalog.Film) error) (n int, err error) {
	defer meter.end()
	for after := ""; ; {
		films, err := m.from.After(ctx, after, m.some)
		if err != nil || len(films) == 0 {
			return n, err
		}
		if err := do(films); err != nil {
			return n, err
		}
		n, after = n+len(films), films[len(films)-1].ID
		meter.at(int64(n), films[len(films)-1].Title())
	}
}

// compare reads films back. One that was changed at the new place since is newer there, and one
// that was watched there is higher in "trending".
func (m filmsMove) compare(ctx context.Context, films []catalog.Film) error {
	ids := make([]string, len(films))
	for i, film := range films {
		ids[i] = film.ID
	}
	list, err := m.to.Films().Films(ctx, ids)
	if err != nil {
		return err
	}
	there := map[string]catalog.Film{}
	for _, film := range list {
		there[film.ID] = film
	}
	for _, film := range films {
		got, is := there[film.ID]
		same := got
		same.Trend = film.Trend
		if !is || got.Trend < film.Trend || got.Version < film.Version || got.Version == film.Version && !reflect.DeepEqual(same, film) {
			return fault.New(fault.Internal, "app.move_films", "film_differs",
				fmt.Sprintf("“%s” (%s) is another film at the new place than in the main database. Nothing was lost there: run this again, and tell us if it says so again.", film.Title(), film.ID))
		}
	}
	return nil
}

// moveFilms is what `kkmovies migrate` does where films have a database of their own.
func moveFilms(ctx context.Context, db *sqlstore.DB, to mongostore.Options, out io.Writer) error {
	mongo, err := mongostore.Open(ctx, to)
	if err != nil {
		return err
	}
	defer mongo.Close()
	err = filmsMove{from: db.Films(), to: mongo, out: out, some: filmsAtOnce}.run(ctx)
	if err != nil {
		return resumable(ctx, err)
	}
	return nil
}

// leftBehind warns of films that are in the main database, where nobody looks for them.
func (h *house) leftBehind(ctx context.Context) {
	done, err := h.mongo.AllTaken(ctx)
	if err != nil || !done.IsZero() {
		return
	}
	here, err := h.db.Films().Count(ctx)
	if err != nil || here == 0 {
		return
	}
	h.log.WarnContext(ctx, "films are in the main database and not at KK_CATALOG_URL, where they are looked for now: stop every server and run `kkmovies migrate`", "films", here)
}
