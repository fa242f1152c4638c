//go:build e2e

package faults

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
)

// A film is removed in the middle of each step. Nothing of it may stay: no object, no row, no
// program, nothing half done.
func TestAFilmRemovedInAnyStepLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	for _, m := range moments {
		if !*sweep && !slices.Contains([]string{"its remux", "the first minute", "the packing", "its words", "its making while it plays"}, m.what) {
			continue
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		var id string
		sent := make(chan struct{})
		began := time.Now()
		removed := w.when(ctx, m.seen, func() {
			<-sent
			began = time.Now()
			if err := w.c.Delete(ctx, id); err != nil {
				t.Errorf("during %s: %v", m.what, err)
			}
		})
		id = w.send(ctx, m.film)
		close(sent)
		<-removed
		var problem *house.Problem
		if _, err := w.c.Video(ctx, id); !errors.As(err, &problem) || problem.Status != http.StatusNotFound {
			t.Errorf("during %s: a removed film answers %v", m.what, err)
		}
		w.nothing()
		if n := w.rowsOf(id); n != 0 {
			t.Errorf("during %s: %d rows are left", m.what, n)
		}
		w.ends = append(w.ends, end{file: "removed during " + m.what, how: "gone", took: time.Since(began)})
		cancel()
	}
	w.closes()
}

// The source of a film is lost, or cut short, behind the server's back: it ends in words.
func TestASourceLostOrCutInAnyStepEndsInWords(t *testing.T) {
	t.Parallel()
	w := newWard(t)
	for _, harm := range []struct {
		what string
		do   func(path string) error
		ends []string
	}{
		{"lost", os.Remove, []string{"failed source_missing"}},
		{"cut", func(path string) error { return os.Truncate(path, 20_000) }, []string{"failed source_changed"}},
	} {
		for _, m := range moments {
			// What has been read to its end is not missed.
			if !*sweep && !slices.Contains([]string{"the look at it", "the first minute", "its making while it plays"}, m.what) {
				continue
			}
			w.loses(harm.what+" during "+m.what, m, harm.do, append(harm.ends, plays, marked))
		}
	}
	t.Run("while it plays", func(t *testing.T) {
		for what, harm := range map[string]func(string) error{"lost": os.Remove, "cut": func(path string) error { return os.Truncate(path, 20_000) }} {
			w.losesWhileItPlays(t, what, harm)
		}
	})
	w.closes()
}

// loses sends a film, harms its source in a step, and follows it to its end.
func (w *ward) loses(what string, m moment, harm func(path string) error, ends []string) {
	t := w.t
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	began := time.Now()
	harmed := w.when(ctx, m.seen, func() {
		for _, path := range w.sources() {
			if err := harm(path); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		began = time.Now()
	})
	id := w.send(ctx, m.film)
	<-harmed
	v, err := w.c.Until(ctx, id, func(v house.Video) bool { return house.Ready(v) || house.Failed(v) })
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	e := end{how: plays}
	switch {
	case house.Failed(v):
		e = end{how: failed, code: v.Error.Code, said: v.Error.Words["pt-BR"].Sentence}
		err = inWords(*v.Error)
	case len(v.Marks) > 0:
		e = end{how: marked, code: v.Marks[0].Code, said: v.Marks[0].Words["pt-BR"].Sentence}
		err = inWords(v.Marks...)
	}
	if err != nil || !slices.Contains(ends, e.how) && !slices.Contains(ends, e.how+" "+e.code) {
		t.Errorf("%s: it ended %s %s (%v), want one of %q", what, e.how, e.code, err, ends)
	}
	e.file, e.took = "source "+what, time.Since(began)
	w.ends = append(w.ends, e)
	if err := w.c.Delete(ctx, id); err != nil {
		t.Fatal(err)
	}
	w.nothing()
}

// sources are the files films are made from now.
func (w *ward) sources() []string {
	there, _ := filepath.Glob(filepath.Join(w.h.Data(), "media/originals/*/source"))
	return there
}

// losesWhileItPlays harms the source of a whole film that somebody plays as it is.
func (w *ward) losesWhileItPlays(t *testing.T, what string, harm func(path string) error) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	id := w.send(ctx, asItIs)
	if _, err := w.c.Until(ctx, id, w.c.Finished(ctx)); err != nil {
		t.Fatal(err)
	}
	s, err := w.c.Stream(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	folder := s.PlayerURL[:strings.LastIndex(s.PlayerURL, "/")+1]
	part := func(rung, segment string) int {
		got, err := w.c.Fetch(ctx, http.MethodGet, folder+rung+"/"+segment, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got.Status != http.StatusOK && (got.Header.Get("Content-Type") != "application/problem+json" || got.Status >= 500 && got.Status != http.StatusServiceUnavailable) {
			t.Errorf("%s: %d %s", what, got.Status, got.Body)
		}
		return got.Status
	}
	began := time.Now()
	if status := part("video/source", "seg-00001.m4s"); status != http.StatusOK {
		t.Fatalf("the film as it is answers %d", status)
	}
	for _, path := range w.sources() {
		if err := harm(path); err != nil {
			t.Fatal(err)
		}
	}
	if status := part("video/source", "seg-00001.m4s"); status != http.StatusOK {
		t.Errorf("%s: what was cut before answers %d", what, status)
	}
	if status := part("video/source", "seg-00002.m4s"); status == http.StatusOK {
		t.Errorf("%s: a part of what is not there was sent", what)
	}
	v, err := w.c.Until(ctx, id, func(v house.Video) bool { return len(v.Marks) > 0 })
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if err := inWords(v.Marks...); err != nil || v.Status != "ready" {
		t.Errorf("%s: %s, %v", what, v.Status, err)
	}
	w.ends = append(w.ends, end{file: "source " + what + " while it plays", how: marked, code: v.Marks[0].Code, said: v.Marks[0].Words["pt-BR"].Sentence, took: time.Since(began)})
	if s, err = w.c.Stream(ctx, id); err != nil || slices.ContainsFunc(s.Renditions, func(r house.Rung) bool { return r.Instant }) || len(s.Renditions) == 0 {
		t.Errorf("%s: offered are %+v, %v", what, s.Renditions, err)
	}
	if status := part(s.Renditions[0].ID, "seg-00002.m4s"); status != http.StatusOK {
		t.Errorf("%s: what was encoded answers %d", what, status)
	}
	if err := w.c.Delete(ctx, id); err != nil {
		t.Fatal(err)
	}
	w.nothing()
}
