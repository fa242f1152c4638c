// Package ga4 is the door to Google Analytics 4: it hands over what viewers who agreed to it did,
// by the Measurement Protocol, from the server: so viewers' browsers speak to nobody but this
// server, and Google sees its address and not theirs. It imports insight, and nothing of who
// watches.
//
// What is told waits in memory, within a bound, and goes in batches. What does not fit or does not
// arrive is dropped: nothing that a viewer does waits for it.
package ga4

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/internal/insight"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	googleURL = "https://www.google-analytics.com"

	waiting    = 2000            // visits, of everybody
	atOnce     = 500             // of those, in one go
	perRequest = 25              // what Google takes
	gather     = 2 * time.Second // so that what comes together goes together
	oneRequest = 5 * time.Second
	lastWords  = 3 * time.Second // for what waits when the server stops
	complain   = time.Minute     // at most so often
	maxAnswer  = 64 << 10
)

// Options are what a Sender is made of.
type Options struct {
	ID     string // G-…, of the web data stream
	Secret string // of its Measurement Protocol
	Site   string // how viewers reach this server; "" leaves out where a screen is
	URL    string // Google's own when empty
	HTTP   *http.Client
	Logger *slog.Logger
	Gather time.Duration // 2 s when 0
}

// Sender hands visits over. It is safe for use by many goroutines.
type Sender struct {
	collect, debug string // with the secret in them
	site           string
	http           *http.Client
	log            *slog.Logger
	gather         time.Duration

	queue chan insight.Visit
	quit  chan struct{}
	once  sync.Once

	mu      sync.Mutex
	dropped int
	told    time.Time // when it was last complained
}

// New returns a sender. It sends nothing before it runs.
func New(o Options) *Sender {
	base := strings.TrimRight(o.URL, "/")
	if base == "" {
		base = googleURL
	}
	query := "?" + url.Values{"measurement_id": {o.ID}, "api_secret": {o.Secret}}.Encode()
	s := &Sender{
		collect: base + "/mp/collect" + query, debug: base + "/debug/mp/collect" + query,
		site: strings.TrimRight(o.Site, "/"), log: o.Logger, gather: o.Gather,
		queue: make(chan insight.Visit, waiting), quit: make(chan struct{}),
	}
	if s.gather == 0 {
		s.gather = gather
	}
	client := o.HTTP
	if client == nil {
		client = &http.Client{}
	}
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the secret goes nowhere else
	s.http = &own
	return s
}

// Tell has visits handed over some time soon. It never waits: what there is no room for is
// dropped.
func (s *Sender) Tell(visits []insight.Visit) {
	for i, v := range visits {
		select {
		case s.queue <- v:
		default:
			s.drop(len(visits)-i, errFull)
			return
		}
	}
}

var errFull = errors.New("too many wait")

// Run hands over what is told, until Stop or the end of ctx.
func (s *Sender) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.quit:
			ctx, cancel := context.WithTimeout(ctx, lastWords)
			defer cancel()
			for batch := s.take(nil); len(batch) > 0 && ctx.Err() == nil; batch = s.take(nil) {
				s.send(ctx, batch)
			}
			return nil
		case first := <-s.queue:
			s.linger(ctx)
			s.send(ctx, s.take([]insight.Visit{first}))
		}
	}
}

// Stop ends Run, which hands over what waits first, for a moment.
func (s *Sender) Stop(context.Context) error {
	s.once.Do(func() { close(s.quit) })
	return nil
}

// linger waits for what comes with the first.
func (s *Sender) linger(ctx context.Context) {
	t := time.NewTimer(s.gather)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.quit:
	case <-ctx.Done():
	}
}

// take adds what waits.
func (s *Sender) take(batch []insight.Visit) []insight.Visit {
	for len(batch) < atOnce {
		select {
		case v := <-s.queue:
			batch = append(batch, v)
		default:
			return batch
		}
	}
	return batch
}

// send hands over a batch, device by device. After a failure the rest goes with it: whoever is
// away is not asked five hundred times.
func (s *Sender) send(ctx context.Context, batch []insight.Visit) {
	left := len(batch)
	for _, one := range bySession(batch) {
		if err := s.post(ctx, s.collect, s.payload(one)); err != nil {
			s.drop(left, err)
			return
		}
		left -= len(one)
	}
}

// bySession parts visits by device and page, each in the order in which it came.
func bySession(batch []insight.Visit) [][]insight.Visit {
	type key struct {
		client  string
		session int64
	}
	at := map[key]int{}
	var parts [][]insight.Visit
	for _, v := range batch {
		k := key{v.Client, v.Session}
		i, known := at[k]
		if !known || len(parts[i]) == perRequest {
			i = len(parts)
			at[k], parts = i, append(parts, nil)
		}
		parts[i] = append(parts[i], v)
	}
	return parts
}

// payload is a request's body. Nothing that identifies a person is in it, nor may it be used to
// show them advertisements.
type payload struct {
	ClientID string  `json:"client_id"`
	NoAds    bool    `json:"non_personalized_ads"`
	Events   []event `json:"events"`
}

type event struct {
	Name   string         `json:"name"`
	Params map[string]any `json:"params"`
}

func (s *Sender) payload(visits []insight.Visit) payload {
	p := payload{ClientID: visits[0].Client, NoAds: true}
	for _, v := range visits {
		// Without the last two a visit counts for nobody who is there (developers.google.com/analytics, "session_id").
		params := map[string]any{"page_title": v.Screen, "session_id": strconv.FormatInt(v.Session, 10), "engagement_time_msec": 100}
		if s.site != "" {
			params["page_location"] = s.site + "/" + v.Screen
		}
		p.Events = append(p.Events, event{v.Name, params})
	}
	return p
}

func (s *Sender) post(ctx context.Context, to string, body payload) error {
	ctx, cancel := context.WithTimeout(ctx, oneRequest)
	defer cancel()
	encoded, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(encoded))
	if err != nil {
		return errors.New("not an address") // the error would name it, and the secret with it
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "KKMovies")
	answer, err := s.http.Do(r)
	if err != nil {
		if at := (*url.Error)(nil); errors.As(err, &at) {
			err = at.Err // likewise
		}
		return err
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer))
	if answer.StatusCode >= 300 {
		return fmt.Errorf("answered %d", answer.StatusCode)
	}
	return nil
}

// drop counts what is lost, and says so now and then.
func (s *Sender) drop(visits int, why error) {
	s.mu.Lock()
	s.dropped += visits
	dropped, say := s.dropped, time.Since(s.told) >= complain
	if say {
		s.dropped, s.told = 0, time.Now()
	}
	s.mu.Unlock()
	if say {
		s.log.Warn("visits were not told to Google Analytics, and are dropped", "visits", dropped, "error", why)
	}
}

// Check asks whether Google answers. It judges neither the id nor the secret: Google does not say.
func (s *Sender) Check(ctx context.Context) error {
	if err := s.post(ctx, s.debug, payload{ClientID: "doctor", NoAds: true, Events: []event{}}); err != nil {
		return &fault.Error{Kind: fault.Unavailable, Op: "ga4.check", Code: "ga4_away", Public: "Google Analytics does not answer; visits are dropped meanwhile.", Cause: err}
	}
	return nil
}
