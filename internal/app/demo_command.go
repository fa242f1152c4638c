package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/demo"
)

type demoCommand struct {
	Films int    `help:"So many made-up films, to try a large catalogue with: at most 1000000. Without it, the sixty of the demo." placeholder:"N"`
	Seed  uint64 `help:"Another seed makes other films." default:"1"`
}

// Run fills the catalogue and may be run again: it adds what is missing. A server on the same
// data that is running shows the films at once, and finds all of their words within a while.
func (d demoCommand) Run(ctx context.Context, c *config.Config, log *slog.Logger) error {
	if d.Films < 0 || d.Films > demo.MostFilms {
		return usageError{fmt.Errorf("--films is a number from 1 to %d", demo.MostFilms)}
	}
	h, err := open(ctx, c, log, duties{})
	if err != nil {
		return err
	}
	defer h.close()
	if d.Films > 0 {
		return loadMany(ctx, h.films.Store, demo.Many{Seed: d.Seed}, d.Films, os.Stdout)
	}
	done, err := h.openDemoNotes(ctx)
	if err == nil {
		err = h.tellDemoFilms(ctx, done)
	}
	if err != nil {
		return err
	}
	fmt.Println("The sixty films of the demo are in the catalogue. `kkmovies serve --demo` draws their pictures and makes those that can be played.")
	return nil
}

// loadedAtOnce is how many films are made and loaded together: what stores take in one
// transaction of a large import, and some tens of megabytes of memory.
const loadedAtOnce = 5000

// loadMany loads films while it makes the next ones. Each is a function of its number, and a
// batch is loaded in order: where its last film is there it is passed over.
func loadMany(ctx context.Context, store catalog.FilmStore, many demo.Many, n int, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type batch struct {
		end   int
		films []catalog.Stored
	}
	batches := make(chan batch, 1)
	failed := make(chan error, 1)
	go func() {
		defer close(batches)
		for from := 0; from < n && ctx.Err() == nil; from += loadedAtOnce {
			b := batch{end: min(from+loadedAtOnce, n)}
			there, err := store.Films(ctx, []string{many.ID(b.end - 1)})
			if err != nil {
				failed <- err
				return
			}
			for i := from; i < b.end && len(there) == 0; i++ {
				b.films = append(b.films, many.Film(i).Stored())
			}
			select {
			case batches <- b:
			case <-ctx.Done():
			}
		}
	}()
	shown := newCounter(out, n)
	for b := range batches {
		if len(b.films) > 0 {
			if err := store.Load(ctx, b.films); err != nil {
				return fmt.Errorf("after %d films: %w. Run the same again to go on", b.end-len(b.films), err)
			}
		}
		shown.at(b.end, len(b.films))
	}
	select {
	case err := <-failed:
		return err
	default:
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("stopped after %d of %d films: %w. Run the same again to go on", shown.done, n, err)
	}
	shown.end()
	return nil
}

// counter shows how far a load is: a bar on a terminal, now and then a line in a pipe.
type counter struct {
	out         io.Writer
	bar         *progressbar.ProgressBar // nil in a pipe
	began, said time.Time
	all         int
	done, added int
}

// saidEvery is how often a line is printed.
const saidEvery = 10 * time.Second

func newCounter(out io.Writer, all int) *counter {
	c := &counter{out: out, all: all, began: time.Now(), said: time.Now()}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		c.bar = progressbar.NewOptions(all, progressbar.OptionSetDescription("films"), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
			progressbar.OptionSetItsString("films"), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	return c
}

func (c *counter) at(done, added int) {
	c.done, c.added = done, c.added+added
	if c.bar != nil {
		_ = c.bar.Set(done) // how a bar looks is not worth failing for
		return
	}
	if time.Since(c.said) >= saidEvery && done < c.all {
		c.said = time.Now()
		fmt.Fprintf(c.out, "%d of %d films\n", done, c.all)
	}
}

func (c *counter) end() {
	if c.bar != nil {
		_ = c.bar.Finish()
	}
	took := time.Since(c.began)
	fmt.Fprintf(c.out, "%d films are there, %d of them new, after %v.\n", c.all, c.added, took.Round(time.Second/10))
}
