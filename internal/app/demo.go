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
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/demo"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/internal/upload"
)

// demoOwner is who the demo's films belong to: there may be no user yet.
var demoOwner = account.Principal{UserID: "demo", ProfileID: "demo", SessionID: "demo", Role: account.Editor}

// fillDemo fills an empty library, and stays until the server stops. Where several nodes are
// told to, one does; another goes on should it die.
func (h *house) fillDemo(ctx context.Context) error {
	release, err := h.db.Alone(ctx, "demo")
	if err == nil {
		err = h.makeDemo(ctx)
		release()
	}
	if err != nil && ctx.Err() == nil {
		h.log.WarnContext(ctx, "the demo library was not filled", "error", err)
	}
	<-ctx.Done() // a component that ends by itself would take the server down
	return nil
}

// makeDemo tells the demo's films, draws their pictures and makes those that can be played,
// one after another. What is done is noted, so that a restart goes on and a film that was
// removed stays removed. What cannot be made is logged and left out.
func (h *house) makeDemo(ctx context.Context) error {
	done, err := h.openDemoNotes(ctx)
	if err != nil {
		return err
	}
	if err := h.tellDemoFilms(ctx, done); err != nil {
		return err
	}
	var pictures sync.WaitGroup
	defer pictures.Wait()
	pictures.Go(func() { h.drawDemoFilms(ctx, maps.Clone(done)) }) // beside the films: a wall fills sooner than films are encoded
	for _, film := range demo.Films() {
		if ctx.Err() != nil {
			return ctx.Err()
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
		if err := h.noteDemo(ctx, film.Slug); err != nil {
			return err
		}
	}
	return nil
}

// demoNotes is the folder of what is noted, an empty object each: what one node noted the
// others see.
const demoNotes = "demo/"

// openDemoNotes returns what was done before; fault-free only where the demo may go on.
func (h *house) openDemoNotes(ctx context.Context) (done map[string]bool, err error) {
	done = map[string]bool{}
	for note, err := range h.blobs.List(ctx, demoNotes) {
		if err != nil {
			return nil, err
		}
		done[strings.TrimPrefix(note.Key, demoNotes)] = true
	}
	if len(done) > 0 {
		return done, nil
	}
	videos, err := h.catalog.Videos(ctx, catalog.Rating{}, nil, 1)
	if err != nil {
		return nil, err
	}
	if len(videos) > 0 {
		return nil, errors.New("the library has films of its own already")
	}
	return done, h.noteDemo(ctx, "begun")
}

// noteDemo notes one thing that is done.
func (h *house) noteDemo(ctx context.Context, what string) error {
	_, err := h.blobs.Put(ctx, demoNotes+what, bytes.NewReader(nil), 0)
	return err
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
		tools, err := h.findPencils(ctx)
		if err != nil {
			return err
		}
		if err := tools.Run(ctx, ffmpeg.Job{Args: film.SourceArgs(name), Dir: scratch}); err != nil {
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
