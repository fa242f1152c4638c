package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/demo"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/internal/upload"
)

// demoOwner is who the demo's films belong to: there may be no user yet.
var demoOwner = account.Principal{UserID: "demo", ProfileID: "demo", SessionID: "demo", Role: account.Editor}

// fillDemo tells the demo's films in an empty library, draws their pictures and makes those
// that can be played, one after another. What is done is noted in a file, a name a line, so
// that a restart goes on and a film that was removed stays removed. What cannot be made is
// logged and left out.
func (h *house) fillDemo(ctx context.Context) error {
	done, err := h.openDemoNotes(ctx)
	if err != nil {
		h.log.WarnContext(ctx, "the demo library was not filled", "error", err)
	}
	if err == nil {
		if err = h.tellDemoFilms(ctx, done); err != nil && ctx.Err() == nil {
			h.log.WarnContext(ctx, "the demo catalogue was not filled", "error", err)
		}
	}
	pictures := make(chan struct{})
	go func() { // beside the films: a wall fills sooner than films are encoded
		defer close(pictures)
		if err == nil {
			h.drawDemoFilms(ctx, maps.Clone(done))
		}
	}()
	for _, film := range demo.Films() {
		if err != nil || ctx.Err() != nil {
			break
		}
		if done[film.Slug] {
			continue
		}
		if err := h.addDemoFilm(ctx, film); err != nil {
			if ctx.Err() == nil {
				h.log.WarnContext(ctx, "a demo film was left out", "film", film.Title, "error", err)
			}
			continue
		}
		err = h.noteDemo(film.Slug)
	}
	<-pictures
	<-ctx.Done() // a component that ends by itself would take the server down
	return nil
}

func (h *house) demoNotes() string { return filepath.Join(h.config.DataDir, "demo-films") }

// openDemoNotes returns the films done before; fault-free only where the demo may go on.
func (h *house) openDemoNotes(ctx context.Context) (map[string]bool, error) {
	text, err := os.ReadFile(h.demoNotes())
	if err == nil {
		done := map[string]bool{}
		for line := range strings.Lines(string(text)) {
			done[strings.TrimSpace(line)] = true
		}
		return done, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	videos, err := h.catalog.Videos(ctx, catalog.Rating{}, nil, 1)
	if err != nil {
		return nil, err
	}
	if len(videos) > 0 {
		return nil, errors.New("the library has films of its own already")
	}
	return map[string]bool{}, os.WriteFile(h.demoNotes(), nil, 0o600)
}

// noteDemo notes one thing that is done: a line, written at once, so that two may note.
func (h *house) noteDemo(what string) error {
	f, err := os.OpenFile(h.demoNotes(), os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(what + "\n")
	return errors.Join(err, f.Close())
}

// demoFilmTime bounds the drawing of one film, which takes some seconds of a free core.
const demoFilmTime = 10 * time.Minute

func (h *house) addDemoFilm(ctx context.Context, film demo.Film) error {
	ctx, cancel := context.WithTimeout(ctx, demoFilmTime)
	defer cancel()
	scratch, err := os.MkdirTemp(h.config.DataDir, "demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)

	path := filepath.Join(h.config.DemoDir, film.External)
	if film.External == "" {
		const name = "film.mp4"
		path = filepath.Join(scratch, name)
		if err := h.tools.Run(ctx, ffmpeg.Job{Args: film.SourceArgs(name), Dir: scratch}); err != nil {
			return err
		}
	} else if h.config.DemoDir == "" {
		return errors.New("its file comes with `make run`; KK_DEMO_DIR names the folder")
	}
	source, err := os.Open(path)
	if err != nil {
		return err
	}
	defer source.Close()
	info, err := source.Stat()
	if err != nil {
		return err
	}
	id, err := h.uploads.Stream(ctx, demoOwner, upload.File{Name: film.Slug + ".mp4", Size: info.Size(), Title: film.Title}, source)
	if err != nil {
		return err
	}
	key := "videos/" + id + "/artwork/poster.jpg"
	if err := h.putDrawing(ctx, key, film.Poster); err != nil {
		return err
	}
	if err := h.catalog.SetPoster(ctx, id, key, film.Credit); err != nil {
		return err
	}
	return h.attachDemoFilm(ctx, film.Slug, id)
}

func (h *house) putDrawing(ctx context.Context, key string, draw func(io.Writer) error) error {
	var picture bytes.Buffer
	if err := draw(&picture); err != nil {
		return err
	}
	_, err := h.blobs.Put(ctx, key, &picture, int64(picture.Len()))
	return err
}
