package ga4_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kkmovies/kkmovies/internal/ga4"
	"github.com/kkmovies/kkmovies/internal/insight"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "not-to-be-told"

// request is one that came to the stand-in.
type request struct {
	Query, Body string
	Client      string `json:"client_id"`
	NoAds       bool   `json:"non_personalized_ads"`
	Events      []struct {
		Name   string
		Params map[string]any
	}
}

// google is a local server that stands in for Google's.
type google struct {
	*httptest.Server
	came chan request
}

func newGoogle(t *testing.T, answer func(w http.ResponseWriter)) *google {
	t.Helper()
	g := &google{came: make(chan request, 100)}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		_, _ = body.ReadFrom(r.Body)
		one := request{Query: r.URL.RawQuery, Body: body.String()}
		if err := json.Unmarshal(body.Bytes(), &one); err != nil || !strings.HasSuffix(r.URL.Path, "/mp/collect") {
			t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
		}
		answer(w)
		g.came <- one
	}))
	t.Cleanup(g.Close)
	return g
}

func taken(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }

// log is what the sender says, line by line.
type log struct{ lines chan string }

func newLog() *log { return &log{make(chan string, 100)} }

func (l *log) Write(p []byte) (int, error) {
	l.lines <- string(p)
	return len(p), nil
}

// run starts a sender, which is stopped with the test.
func run(t *testing.T, o ga4.Options) (*ga4.Sender, *log) {
	t.Helper()
	said := newLog()
	client := &http.Client{Transport: &http.Transport{}}
	o.ID, o.Secret, o.HTTP, o.Logger = "G-TEST1", secret, client, slog.New(slog.NewTextHandler(said, nil))
	if o.Gather == 0 {
		o.Gather = time.Millisecond
	}
	s := ga4.New(o)
	ended := make(chan error, 1)
	go func() { ended <- s.Run(context.Background()) }()
	t.Cleanup(func() {
		_ = s.Stop(context.Background())
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(10 * time.Second):
			t.Error("it does not end")
		}
		client.CloseIdleConnections()
	})
	return s, said
}

func visit(client string, session int64, name, screen string) insight.Visit {
	return insight.Visit{Client: client, Session: session, Name: name, Screen: screen}
}

func next(t *testing.T, g *google) request {
	t.Helper()
	select {
	case one := <-g.came:
		return one
	case <-time.After(30 * time.Second):
		t.Fatal("nothing came")
		return request{}
	}
}

func TestVisitsAreToldDeviceByDevice(t *testing.T) {
	g := newGoogle(t, taken)
	s, _ := run(t, ga4.Options{URL: g.URL, Site: "https://films.example/", Gather: 50 * time.Millisecond})
	s.Tell([]insight.Visit{visit("a", 1, "page_view", "home"), visit("b", 2, "page_view", "title"), visit("a", 1, "video_start", "watch")})
	first, second := next(t, g), next(t, g)
	if first.Client != "a" || len(first.Events) != 2 || second.Client != "b" || len(second.Events) != 1 || !first.NoAds {
		t.Fatalf("%+v\n%+v", first, second)
	}
	if first.Query != "api_secret="+secret+"&measurement_id=G-TEST1" {
		t.Errorf("asked with %s", first.Query)
	}
	start := first.Events[1]
	if want := "map[engagement_time_msec:100 page_location:https://films.example/watch page_title:watch session_id:1]"; start.Name != "video_start" || fmt.Sprint(start.Params) != want {
		t.Errorf("%s %v, want %s", start.Name, start.Params, want)
	}
}

func TestNoMoreThanGoogleTakesGoTogether(t *testing.T) {
	g := newGoogle(t, taken)
	s, _ := run(t, ga4.Options{URL: g.URL, Gather: 50 * time.Millisecond})
	many := make([]insight.Visit, 60)
	for i := range many {
		many[i] = visit("a", 1, "page_view", "home")
	}
	s.Tell(many)
	if got := []int{len(next(t, g).Events), len(next(t, g).Events), len(next(t, g).Events)}; fmt.Sprint(got) != "[25 25 10]" {
		t.Errorf("came in parts of %v", got)
	}
}

func TestWhoIsAwayLosesVisitsAndNothingWaits(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter){
		"refused": func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) },
		"led away": func(w http.ResponseWriter) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(http.StatusFound)
		},
		"cut off": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			came := make(chan struct{}, 10)
			g := newGoogle(t, func(w http.ResponseWriter) { came <- struct{}{}; answer(w) })
			s, said := run(t, ga4.Options{URL: g.URL})
			s.Tell([]insight.Visit{visit("a", 1, "page_view", "home")})
			<-came
			select {
			case line := <-said.lines:
				if !strings.Contains(line, "visits=1") || strings.Contains(line, secret) {
					t.Errorf("said %s", line)
				}
			case <-time.After(30 * time.Second):
				t.Fatal("nothing is said")
			}
		})
	}
}

// Nothing reads what is told: a sender that does not run has room for so many, and never blocks.
func TestWhatThereIsNoRoomForIsDropped(t *testing.T) {
	said := newLog()
	s := ga4.New(ga4.Options{ID: "G-TEST1", Secret: secret, Logger: slog.New(slog.NewTextHandler(said, nil))})
	for range 2010 {
		s.Tell([]insight.Visit{visit("a", 1, "page_view", "home")})
	}
	if line := <-said.lines; !strings.Contains(line, "too many wait") || len(said.lines) != 0 {
		t.Errorf("said %q and %d lines more", line, len(said.lines))
	}
}

func TestWhatWaitsIsToldWhenTheServerStops(t *testing.T) {
	g := newGoogle(t, taken)
	s, _ := run(t, ga4.Options{URL: g.URL, Gather: time.Hour})
	s.Tell([]insight.Visit{visit("a", 1, "page_view", "home")})
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if one := next(t, g); one.Client != "a" {
		t.Errorf("%+v", one)
	}
}

func TestWhetherGoogleAnswersIsAsked(t *testing.T) {
	g := newGoogle(t, func(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) })
	s, _ := run(t, ga4.Options{URL: g.URL})
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	g.Close()
	if err := s.Check(t.Context()); err == nil || strings.Contains(fmt.Sprint(err), secret) {
		t.Errorf("of nobody: %v", err)
	}
}
