//go:build e2e

package faults

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
)

// How a file may end. Nothing else is an end.
const (
	refused = "refused" // while it is sent
	failed  = "failed"  // with a sentence
	marked  = "marked"  // it plays, and says what of it is lost
	plays   = "plays"   // all of it
)

// atOnce is how many files are on their way together: enough to be in each other's way.
const atOnce = 4

// most is what the server itself may hold while it reads bad files.
const most = 1 << 30

// end is how a file ended.
type end struct {
	file, how, code, said string
	took                  time.Duration
}

// ward is a server that is sent bad files.
type ward struct {
	t *testing.T
	h *house.House
	c *house.Client

	mu   sync.Mutex
	ends []end
}

func newWard(t *testing.T) *ward { return newWardIn(t, house.Options{}) }

func newWardIn(t *testing.T, o house.Options) *ward {
	h := house.Start(t, o)
	return &ward{t: t, h: h, c: h.Admin()}
}

// take sends a file under a name, and follows it to its end.
func (w *ward) take(what, name, path string) (end, error) {
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	began := time.Now()
	e, err := w.follow(ctx, name, path)
	e.file, e.took = what, time.Since(began)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ends = append(w.ends, e)
	return e, err
}

func (w *ward) follow(ctx context.Context, name, path string) (end, error) {
	file, err := os.Open(path)
	if err != nil {
		return end{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return end{}, err
	}
	var u house.Upload
	err = w.c.Call(ctx, http.MethodPost, "/api/uploads", map[string]any{"fileName": name, "size": info.Size()}, &u)
	var v house.Video
	if err == nil {
		v, err = w.c.Resume(ctx, u.ID, file)
	}
	var problem *house.Problem
	if errors.As(err, &problem) {
		if problem.Status >= 500 || !isSentence(problem.Detail) {
			return end{}, err
		}
		return end{how: refused, code: problem.Code, said: problem.Detail}, nil
	}
	if err != nil {
		return end{}, err
	}
	v, err = w.c.Until(ctx, v.ID, func(v house.Video) bool { return house.Ready(v) || house.Failed(v) })
	if err != nil {
		return end{}, err
	}
	return w.judge(ctx, v)
}

// judge checks that what is said of a file is true and in words.
func (w *ward) judge(ctx context.Context, v house.Video) (end, error) {
	s, err := w.c.Stream(ctx, v.ID)
	if house.Failed(v) {
		if err == nil {
			return end{}, errors.New("it failed, and there is a ticket to play it")
		}
		return end{how: failed, code: v.Error.Code, said: v.Error.Words["pt-BR"].Sentence}, inWords(*v.Error)
	}
	if err != nil {
		return end{}, fmt.Errorf("it is ready, and there is no ticket: %w", err)
	}
	if s.DurationSeconds <= 0 || len(s.Renditions) == 0 {
		return end{}, fmt.Errorf("it is ready, with %d pictures of %v s", len(s.Renditions), s.DurationSeconds)
	}
	if len(v.Marks) == 0 {
		return end{how: plays, said: fmt.Sprintf("%.1f s", s.DurationSeconds)}, nil
	}
	return end{how: marked, code: v.Marks[0].Code, said: v.Marks[0].Words["pt-BR"].Sentence}, inWords(v.Marks...)
}

// inWords fails for a reason that is not put into words a person understands.
func inWords(reasons ...house.Reason) error {
	for _, r := range reasons {
		if r.Code == "" || r.Code == "internal" || !isSentence(r.Detail) {
			return fmt.Errorf("%q: %q is no reason in words", r.Code, r.Detail)
		}
		for _, language := range []string{"en", "pt-BR"} {
			if words := r.Words[language]; !isSentence(words.Sentence) || !isSentence(words.Remedy) {
				return fmt.Errorf("%q in %s: %+v", r.Code, language, words)
			}
		}
	}
	return nil
}

// isSentence tells what a person is told from what a program says.
func isSentence(s string) bool {
	return strings.HasSuffix(s, ".") && strings.Contains(s, " ") &&
		!strings.ContainsAny(s, "/\\{}\n") && !strings.Contains(s, "ffmpeg") && !strings.Contains(s, "exit code")
}

// closes ends the visit: all that was sent is removed, and nothing of it may remain.
func (w *ward) closes() {
	t := w.t
	t.Helper()
	w.print()
	peak, err := w.h.PeakRSS()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the server held %d MB at most", peak>>20)
	if peak > most {
		t.Errorf("the server held %d MB", peak>>20)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		videos, err := w.c.Videos(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if len(videos) == 0 {
			break
		}
		for _, v := range videos {
			if err := w.c.Delete(ctx, v.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		left := w.left()
		if len(left) == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("left behind: %v", left)
		}
	}
}

// left is what there is besides an empty library: objects, work in progress, programs. What
// of a refused upload has arrived is not: that may go on for a day.
func (w *ward) left() (left []string) {
	for _, prefix := range []string{"videos/", "originals/"} {
		for key := range w.h.Objects(prefix) {
			left = append(left, key)
		}
	}
	for _, unfinished := range []string{"scratch/*", "media/.incoming/*"} {
		there, _ := filepath.Glob(filepath.Join(w.h.Data(), unfinished))
		left = append(left, there...)
	}
	if n := w.h.Encoders(); n > 0 {
		left = append(left, fmt.Sprintf("%d programs", n))
	}
	return left
}

// arriving are the uploads that may go on.
func (w *ward) arriving() []string {
	there, _ := filepath.Glob(filepath.Join(w.h.Data(), "media/.multipart/*"))
	return there
}

func (w *ward) print() {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	slices.SortFunc(w.ends, func(a, b end) int { return strings.Compare(a.file, b.file) })
	for _, e := range w.ends {
		fmt.Fprintf(table, "%s\t%s\t%s\t%.1f s\t%s\n", e.file, e.how, e.code, e.took.Seconds(), e.said)
	}
	_ = table.Flush()
	w.t.Logf("%d files:\n%s", len(w.ends), b.String())
}
