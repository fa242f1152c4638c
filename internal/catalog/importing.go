package catalog

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Imports brings films in, in the background. It is safe for use by many goroutines.
type Imports struct{ ImportsOptions }

// ImportsOptions are what Imports are made of. All are required.
type ImportsOptions struct {
	Store ImportStore
	Films *Films
	Blobs blob.Store
	// Read reads the films of a file, in its order, and what of it cannot be read. A file that is
	// none of its kind is a fault.
	Read func(source ImportSource, text []byte) ([]ImportedFilm, []ImportProblem, error)
	// Merge puts what is said of a film together with what is known of it.
	Merge  func(known, said Film) Film
	Logger *slog.Logger
}

// NewImports returns what brings films in.
func NewImports(o ImportsOptions) *Imports { return &Imports{o} }

// ImportedFilm is a film as a file describes it, and where in the file.
type ImportedFilm struct {
	Described
	Where string
}

const (
	maxImport        = 16 << 20 // bytes of one file
	maxImportedIDs   = 10_000
	mostProblems     = 100
	latestImports    = 50
	importSavesEvery = time.Second
	// importTurn is how long an import keeps a worker to itself before it lets others go first.
	importTurn = 5 * time.Minute
)

func importKey(id string) string { return "imports/" + id + "/source" }

// Begin takes an order in.
func (i *Imports) Begin(ctx context.Context, order ImportOrder) (Import, error) {
	const op = "catalog.begin_import"
	text := order.Text
	switch order.Source {
	case FromCSV, FromJSON, FromNFO:
		if strings.TrimSpace(text) == "" || len(order.TMDBIDs) > 0 {
			return Import{}, fault.New(fault.Invalid, op, "no_text", "Send the text of the file.")
		}
		if len(text) > maxImport {
			return Import{}, fault.New(fault.TooLarge, op, "too_large", "A file of one import has 16 MB at most. Cut it into parts.")
		}
	case FromTMDB:
		if i.Films.Source == nil {
			return Import{}, noSource(op)
		}
		if len(order.TMDBIDs) == 0 || len(order.TMDBIDs) > maxImportedIDs || text != "" {
			return Import{}, fault.New(fault.Invalid, op, "no_ids", "Send the TMDB ids of 1 to 10,000 films.")
		}
		var ids strings.Builder
		for _, id := range order.TMDBIDs {
			if id < 1 {
				return Import{}, fault.New(fault.Invalid, op, "bad_id", "A TMDB id is a positive number.")
			}
			ids.WriteString(strconv.FormatInt(id, 10) + "\n")
		}
		text = ids.String()
	default:
		return Import{}, fault.New(fault.Invalid, op, "bad_format", "Films come from csv, json, nfo or tmdb.")
	}
	at := i.Films.now()
	state := Import{ID: newFilmID(), Source: order.Source, Status: ImportWaiting, CreatedAt: at, UpdatedAt: at}
	if _, err := i.Blobs.Put(ctx, importKey(state.ID), strings.NewReader(text), int64(len(text))); err != nil {
		return Import{}, fault.Wrap(op, err)
	}
	if err := i.Store.CreateImport(ctx, state); err != nil {
		return Import{}, fault.Wrap(op, err)
	}
	return state, nil
}

// State returns how far an import has come.
func (i *Imports) State(ctx context.Context, id string) (Import, error) {
	state, err := i.Store.Import(ctx, id)
	return state, fault.Wrap("catalog.import", err)
}

// Latest lists the last imports, newest first.
func (i *Imports) Latest(ctx context.Context) ([]Import, error) {
	list, err := i.Store.Imports(ctx, latestImports)
	return list, fault.Wrap("catalog.imports", err)
}

// Run goes on with an import from where it had come to. A film that was imported and not counted
// yet, when the process was killed, is found again and unchanged.
func (i *Imports) Run(ctx context.Context, args ImportFilms) error {
	state, err := i.Store.Import(ctx, args.ID)
	if fault.Is(err, fault.NotFound) || err == nil && !state.FinishedAt.IsZero() {
		return i.Blobs.Delete(ctx, importKey(args.ID))
	}
	if err != nil {
		return err
	}
	films, problems, err := i.read(ctx, state)
	if err != nil {
		if fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound) || fault.Is(err, fault.TooLarge) {
			return i.end(ctx, state, ImportFailed, err)
		}
		return err
	}
	if state.Done == 0 {
		state.Problems, state.Failed = problems[:min(len(problems), mostProblems)], len(problems)
	}
	state.Status, state.Total = ImportRunning, len(films)
	began, saved := time.Now(), time.Time{}
	for _, film := range films[min(state.Done, len(films)):] {
		err := i.one(ctx, &state, film)
		if err == nil && time.Since(began) > importTurn {
			err = fault.New(fault.Unavailable, "catalog.import", "turn_over", "Others go first for a moment.")
		}
		if err != nil || time.Since(saved) > importSavesEvery {
			if saved, err = time.Now(), errors.Join(err, i.save(ctx, state)); err != nil {
				return err
			}
		}
	}
	return i.end(ctx, state, ImportDone, nil)
}

func (i *Imports) save(ctx context.Context, state Import) error {
	state.UpdatedAt = i.Films.now()
	return i.Store.SetImport(context.WithoutCancel(ctx), state)
}

// end says what came of an import, before what it was made of goes.
func (i *Imports) end(ctx context.Context, state Import, as ImportStatus, why error) error {
	if state.Status, state.FinishedAt = as, i.Films.now(); why != nil {
		what := fault.PublicOf(why)
		if what == "" {
			what = "It could not be read."
		}
		state.note("", what)
	}
	if err := i.save(ctx, state); err != nil {
		return err
	}
	return i.Blobs.Delete(ctx, importKey(state.ID))
}

func (s *Import) note(where, what string) {
	if len(s.Problems) < mostProblems {
		s.Problems = append(s.Problems, ImportProblem{where, what})
	}
}

// read returns what is to be imported; of TMDB's films no more than their ids.
func (i *Imports) read(ctx context.Context, state Import) ([]ImportedFilm, []ImportProblem, error) {
	object, err := i.Blobs.Open(ctx, importKey(state.ID))
	if err != nil {
		return nil, nil, err
	}
	defer object.Close()
	text, err := io.ReadAll(io.LimitReader(object, maxImport+1))
	if err != nil {
		return nil, nil, err
	}
	if state.Source != FromTMDB {
		return i.Read(state.Source, text)
	}
	var films []ImportedFilm
	for line := range bytes.Lines(text) {
		id, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 10, 64)
		if err != nil {
			return nil, nil, err
		}
		films = append(films, ImportedFilm{Described{Film: Film{TMDBID: id}}, "TMDB " + strconv.FormatInt(id, 10)})
	}
	return films, nil, nil
}

// one imports one film and counts it. Only what no other film would fare better with is an error.
func (i *Imports) one(ctx context.Context, state *Import, film ImportedFilm) (err error) {
	if state.Source == FromTMDB {
		if film.Described, err = i.Films.Source.Describe(ctx, film.Film.TMDBID); err != nil {
			return i.failed(state, film.Where, err)
		}
	}
	_, outcome, err := i.Bring(ctx, film.Described)
	if err != nil {
		return i.failed(state, film.Where, err)
	}
	state.Done++
	switch outcome {
	case Created:
		state.Created++
	case Changed:
		state.Changed++
	default:
		state.Unchanged++
	}
	return nil
}

func (i *Imports) failed(state *Import, where string, err error) error {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.NotFound, fault.Conflict, fault.Unsupported, fault.TooLarge:
	default:
		return err
	}
	what := fault.PublicOf(err)
	if what == "" {
		what = "There is no such film."
	}
	state.note(where, what)
	state.Failed++
	state.Done++
	return nil
}

// Outcome is what became of a film that was brought in.
type Outcome int

const (
	Unchanged Outcome = iota
	Created
	Changed
)

// Bring keeps a film as it is described: a new one, or one that is here already, known by its
// TMDB id, or by its title and year.
func (i *Imports) Bring(ctx context.Context, said Described) (filmID string, outcome Outcome, err error) {
	f := i.Films
	id, err := f.known(ctx, Guessed{TMDBID: said.Film.TMDBID, Title: said.Film.Title(), Year: said.Film.Year()})
	if err != nil {
		return "", Unchanged, err
	}
	if id == "" {
		said.Film.ID = newFilmID()
		film, err := f.createDescribed(ctx, said)
		return film.ID, Created, err
	}
	outcome = Unchanged
	shown, err := f.replaceIf(ctx, id, func(film Film) (Film, bool, error) {
		if film.TMDBID != 0 && said.Film.TMDBID != 0 && film.TMDBID != said.Film.TMDBID {
			return film, false, fault.New(fault.Conflict, "catalog.bring", "another_film", "A film of this title and year is here under another TMDB id.")
		}
		merged, err := Clean(i.Merge(film, said.Film))
		if err != nil || reflect.DeepEqual(merged, film) {
			return film, false, err
		}
		outcome = Changed
		return merged, true, nil
	})
	if err != nil {
		return id, outcome, err
	}
	return id, outcome, f.wantArtwork(ctx, shown.Film, said)
}
