//go:build e2e

package faults

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

var sweep = flag.Bool("sweep", false, "every disk is full in every step, and every film is removed in every step")

// The films of these tests. The first is encoded, to two pictures, and has words; the second
// is without an index; the third is played as it is.
var (
	worded = testfilm.Film{Name: "room-worded.mkv", From: &testfilm.Worded, Args: []string{"-i", "FROM", "-map", "0", "-t", "3", "-vf", "scale=854:480", "-c:v", "mpeg4", "-q:v", "4", "-g", "50", "-c:a", "copy", "-c:s", "copy"}}
	loose  = testfilm.Transport
	asItIs = testfilm.Film{Name: "room-as-it-is.mp4", Args: append(drawn("854x480", "yuv420p"), "-t", "4")}
	// What of a film comes after its first minute has a lane of its own.
	long = testfilm.Film{Name: "room-long.mp4", Args: []string{"-f", "lavfi", "-i", "testsrc2=r=25:d=84:s=854x480", "-f", "lavfi", "-i", "sine=f=440:r=48000:d=84",
		"-c:v", "mpeg4", "-q:v", "4", "-g", "50", "-c:a", "aac", "-b:a", "96k"}}
)

// moment is a step of a film's making, by the first that is seen of it on the disks.
type moment struct {
	what string
	film testfilm.Film
	seen string // below the data folder
}

var moments = []moment{
	{"the look at it", worded, "scratch/prepare-*"},
	{"its remux", loose, "scratch/prepare-*/remuxed.*"},
	{"the first minute", worded, "scratch/task-10-*"},
	{"the fast lane", long, "scratch/task-20-*"},
	{"the quality lane", worded, "scratch/task-30-*"},
	{"the packing", worded, "media/videos/*/video/*/seg-00001.m4s"},
	{"its pictures", worded, "scratch/pictures-*"},
	{"its words", worded, "scratch/texts-*"},
	{"its loudness", worded, "scratch/loudness-*"},
	{"the publishing", worded, "media/videos/*/video/*/index.m3u8"},
	{"its making while it plays", asItIs, "scratch/task-10-*"},
}

// when calls do as soon as something like this is there. A step that is never seen is a
// fault of the test, which would otherwise prove nothing.
func (w *ward) when(ctx context.Context, seen string, do func()) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		look := time.NewTicker(2 * time.Millisecond)
		defer look.Stop()
		for {
			if there, _ := filepath.Glob(filepath.Join(w.h.Data(), seen)); len(there) > 0 {
				do()
				return
			}
			select {
			case <-look.C:
			case <-ctx.Done():
				w.t.Errorf("nothing like %s was ever there", seen)
				return
			}
		}
	}()
	return done
}

// soon is within what a film that lacks room says so, on the busiest machine: it takes seconds.
const soon = time.Minute

const keptFree = "40" // MB, for uploads; the making of films leaves ten

// A disk is full in the middle of each step. Soon the film has failed, and says why; the
// server lives, tells of it, and has left nothing half done. With room again, the film is
// tried again and is, byte for byte, what it would have been.
func TestAFullDiskIsSaidAndNothingIsLost(t *testing.T) {
	if !onDisksOfItsOwn(t) {
		return
	}
	usual := undisturbed(t)
	for name, on := range map[string]struct {
		folder string // the disk is mounted on
		leave  int64
		often  []string // what is tried in every run
	}{
		"the media":        {"media", 0, []string{"the packing", "its making while it plays"}},
		"the scratch":      {"scratch", 0, []string{"its remux", "the first minute", "its words"}},
		"all, but a rest":  {"", 8 << 20, []string{"the upload", "the quality lane", "its pictures", "the publishing"}},
		"all, to the last": {"", 0, []string{"the look at it"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			r := &crowded{disk: newDisk(t, filepath.Join(data, on.folder)), leave: on.leave, what: name, usual: usual}
			r.ward = newWardIn(t, house.Options{Data: data, Env: map[string]string{"KK_KEEP_FREE": keptFree}})
			r.lets = on.folder == "" && on.leave == 0
			if slices.Contains(on.often, "the upload") || *sweep && on.folder != "scratch" {
				r.uploads()
			}
			for _, m := range moments {
				if *sweep || slices.Contains(on.often, m.what) {
					r.making(m)
				}
			}
			r.free()
			r.closes()
		})
	}
}

// crowded is a ward whose disk fills up.
type crowded struct {
	*ward
	*disk
	what  string
	leave int64
	// lets is whether the database has no room either, so that a film may not be able to say
	// what it lacks before there is some.
	lets  bool
	usual map[string]map[string]string // what is stored of each film, by its name
}

// note is an end for the table.
func (r *crowded) note(when string, e end) {
	e.file = fmt.Sprintf("full: %s, during %s", r.what, when)
	r.ends = append(r.ends, e)
	r.ward.t.Logf("%s: %s %s after %v", e.file, e.how, e.code, e.took.Round(time.Millisecond))
}

// uploads fills the disk while a film is sent.
func (r *crowded) uploads() {
	t := r.ward.t
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	file := padded(t, asItIs.Path(t), size)
	defer file.Close()
	u, err := r.c.Open(ctx, "film.mp4", size)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.c.SendPart(ctx, u.Parts[0], file); err != nil {
		t.Fatal(err)
	}
	r.fill(r.leave)
	began := time.Now()
	err = r.c.SendPart(ctx, u.Parts[1], file)
	var problem *house.Problem
	if !errors.As(err, &problem) || problem.Status != http.StatusInsufficientStorage || problem.Code != "no_space" || !isSentence(problem.Detail) {
		t.Fatalf("a part that there is no room for is answered %v", err)
	}
	r.note("the upload", end{how: refused, code: problem.Code, said: problem.Detail, took: time.Since(began)})
	if _, err := r.c.Post(ctx, "", "film.mp4", file); !errors.As(err, &problem) || problem.Status != http.StatusInsufficientStorage {
		t.Errorf("a whole film is answered %v", err)
	}
	r.lives()
	r.free()
	v, err := r.c.Resume(ctx, u.ID, file)
	if err == nil {
		_, err = r.c.Until(ctx, v.ID, r.c.Finished(ctx))
	}
	if err == nil {
		err = r.c.Delete(ctx, v.ID)
	}
	if err != nil {
		t.Fatalf("with room again: %v", err)
	}
}

// making fills the disk while a film is made.
func (r *crowded) making(m moment) {
	t := r.ward.t
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience) // it is made twice
	defer cancel()
	want := r.usual[m.film.Name]
	r.nothing()
	filled := time.Now()
	full := r.when(ctx, m.seen, func() { r.fill(r.leave); filled = time.Now() })
	id := r.send(ctx, m.film)
	<-full
	r.lives()
	limit := soon
	if r.lets { // what nobody can be told is not waited for
		limit = 10 * time.Second
	}
	until, stop := context.WithTimeout(ctx, limit)
	v, err := r.c.Until(until, id, func(v house.Video) bool { return house.Ready(v) || house.Failed(v) })
	stop()
	switch {
	case err == nil && house.Failed(v):
		if err := inWords(*v.Error); err != nil || v.Error.Code != "no_space" {
			t.Errorf("during %s: it failed of %+v", m.what, v.Error)
		}
		r.note(m.what, end{how: failed, code: v.Error.Code, said: v.Error.Words["pt-BR"].Sentence, took: time.Since(filled)})
	case err == nil: // what was left to do took no room
		r.note(m.what, end{how: plays, took: time.Since(filled)})
	case r.lets && errors.Is(err, context.DeadlineExceeded):
		r.note(m.what, end{how: "waits", said: "the database has no room either", took: time.Since(filled)})
	default:
		t.Fatalf("during %s: %v", m.what, err)
	}
	if v.Playable {
		r.plays(ctx, id)
	}
	if !r.lets {
		r.settles(ctx)
	}

	r.free()
	if house.Failed(v) {
		if err := r.c.Call(ctx, http.MethodPost, "/api/videos/"+id+"/retry", nil, nil); err != nil {
			t.Fatalf("during %s: trying again: %v", m.what, err)
		}
	}
	for {
		v, err = r.c.Until(ctx, id, r.c.Finished(ctx))
		if err == nil {
			break
		}
		if !r.lets || v.Error == nil || v.Error.Code != "no_space" { // it could not say so before
			t.Fatalf("during %s: with room again: %v", m.what, err)
		}
		if err := r.c.Call(ctx, http.MethodPost, "/api/videos/"+id+"/retry", nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	r.same(m, want, id)
	if err := r.c.Delete(ctx, id); err != nil {
		t.Fatal(err)
	}
}

// undisturbed returns what is stored of each film, by its name, when it has all the room it
// needs.
func undisturbed(t *testing.T) map[string]map[string]string {
	t.Helper()
	w := newWard(t)
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	defer cancel()
	usual := map[string]map[string]string{}
	for _, m := range moments {
		if usual[m.film.Name] != nil || m.film.Name == long.Name && !*sweep {
			continue
		}
		id := w.send(ctx, m.film)
		if _, err := w.c.Until(ctx, id, w.c.Finished(ctx)); err != nil {
			t.Fatal(err)
		}
		usual[m.film.Name] = w.stored(id)
	}
	w.h.Stop()
	return usual
}

func (w *ward) send(ctx context.Context, film testfilm.Film) (id string) {
	w.t.Helper()
	file, err := os.Open(film.Path(w.t))
	if err != nil {
		w.t.Fatal(err)
	}
	defer file.Close()
	v, err := w.c.Post(ctx, "", film.Name, file)
	if err != nil {
		w.t.Fatal(err)
	}
	return v.ID
}

// stored returns the digest of every object of a video, but for what is cut only when
// somebody plays it.
func (w *ward) stored(id string) map[string]string {
	digests := (&run{t: w.t, house: w.h}).digests(id)
	maps.DeleteFunc(digests, func(name, _ string) bool { return strings.Contains(name, "/source/seg-") })
	return digests
}

func (r *crowded) same(m moment, want map[string]string, id string) {
	t := r.ward.t
	t.Helper()
	// Words are stored under numbers that are given once: what failed has used up some.
	plain := func(digests map[string]string) map[string]string {
		out := map[string]string{}
		for name, digest := range digests {
			if strings.Contains(name, "subtitles") {
				name = "subtitle " + digest
			}
			out[name] = digest
		}
		return out
	}
	got, want := plain(r.stored(id)), plain(want)
	if !maps.Equal(got, want) {
		t.Errorf("during %s: other bytes after a full disk:\n%v\n%v", m.what, got, want)
	}
}

// lives checks that a server with a full disk answers, and says what is the matter.
func (r *crowded) lives() {
	t := r.ward.t
	t.Helper()
	for path, want := range map[string]string{"/healthz": "alive", "/readyz": "the disk is FULL", "/api/videos": ""} {
		got, err := r.c.Fetch(t.Context(), http.MethodGet, path, nil)
		if err != nil || got.Status != http.StatusOK || !strings.Contains(string(got.Body), want) {
			t.Errorf("with a full disk %s answers %d, %v: %s", path, got.Status, err, got.Body)
		}
	}
}

// plays checks that what was made of a film is played, whatever it lacks.
func (w *ward) plays(ctx context.Context, id string) {
	w.t.Helper()
	s, err := w.c.Stream(ctx, id)
	if err != nil {
		w.t.Errorf("it could be played, and there is no ticket: %v", err)
		return
	}
	for _, rung := range s.Renditions {
		if !rung.Instant {
			continue
		}
		got, err := w.c.Fetch(ctx, http.MethodGet, s.PlayerURL[:strings.LastIndex(s.PlayerURL, "/")+1]+rung.ID+"/seg-00002.m4s", nil)
		if err != nil || got.Status != http.StatusOK || len(got.Body) == 0 {
			w.t.Errorf("a part of what is played as it is: %d, %d bytes, %v: %.200s", got.Status, len(got.Body), err, got.Body)
		}
	}
}

// settles waits until nothing works any more, and nothing half done is left.
func (w *ward) settles(ctx context.Context) {
	w.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		left := slices.DeleteFunc(append(w.left(), w.arriving()...), func(name string) bool {
			return strings.HasPrefix(name, "videos/") || strings.HasPrefix(name, "originals/")
		})
		if len(left) == 0 && w.leases() == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			w.t.Fatalf("half done: %v, %d leases", left, w.leases())
		}
	}
}

// nothing waits until the library is as if nothing had ever been in it.
func (w *ward) nothing() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		left := append(w.left(), w.arriving()...)
		if len(left) == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			w.t.Fatalf("left behind: %v", left)
		}
	}
}
