// Package tmdb is the door to The Movie Database: it asks its API (version 3) for films and
// gives them as the catalogue has them. It imports catalog, and nothing of who asks.
//
// This product uses the TMDB API but is not endorsed or certified by TMDB.
package tmdb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	apiURL   = "https://api.themoviedb.org/3"
	imageURL = "https://image.tmdb.org/t/p"

	perSecond  = 40 // what TMDB asks of everybody
	attempts   = 5
	oneAttempt = 20 * time.Second
	maxAnswer  = 8 << 20 // a film with everything has about half a megabyte
	backOff    = 500 * time.Millisecond
	// longestWait is how long one call stands by when it is told to come back later; for
	// longer it says so to who asked.
	longestWait = 30 * time.Second
)

// Options are what a Client is made of.
type Options struct {
	Token    string       // TMDB's "API Read Access Token"
	URL      string       // of the API; TMDB's own when empty
	ImageURL string       // where pictures are; TMDB's own when empty
	HTTP     *http.Client // a client of its own when nil
}

// Client asks TMDB. It is safe for use by many goroutines, which share its limit.
type Client struct {
	token  string
	api    string
	images string
	http   *http.Client
	limit  *rate.Limiter
	wait   func(ctx context.Context, d time.Duration) error

	mu       sync.Mutex
	notUntil time.Time // TMDB has had enough of us
}

// New returns a client. It asks nothing yet.
func New(o Options) *Client {
	c := &Client{
		token: o.Token, api: strings.TrimRight(o.URL, "/"), images: strings.TrimRight(o.ImageURL, "/"), http: o.HTTP,
		limit: rate.NewLimiter(perSecond, 1), wait: wait,
	}
	if c.api == "" {
		c.api = apiURL
	}
	if c.images == "" {
		c.images = imageURL
	}
	if c.http == nil {
		c.http = &http.Client{}
	}
	own := *c.http
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the token goes nowhere else
	c.http = &own
	return c
}

// Check asks whether TMDB answers and takes our token.
func (c *Client) Check(ctx context.Context) error {
	var answer struct{}
	return c.get(ctx, "tmdb.check", "/authentication", nil, &answer)
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// get asks for one document, as often as it makes sense.
func (c *Client) get(ctx context.Context, op, path string, query url.Values, into any) error {
	at := c.api + path
	if len(query) > 0 {
		at += "?" + query.Encode()
	}
	var last error
	for attempt := range attempts {
		if err := c.turn(ctx); err != nil {
			return given(op, ctx, err)
		}
		body, again, err := c.once(ctx, op, at)
		if err == nil {
			if err := json.Unmarshal(body, into); err != nil {
				return &fault.Error{Kind: fault.Internal, Op: op, Code: "tmdb_unreadable", Public: "TMDB answered something that cannot be read.", Cause: err}
			}
			return nil
		}
		if ctx.Err() != nil {
			return given(op, ctx, err)
		}
		if again < 0 {
			return err
		}
		if last = err; attempt == attempts-1 {
			break
		}
		if again == 0 {
			again = backOff << attempt
			again += rand.N(again / 2)
		}
		if again > longestWait {
			break
		}
		if err := c.wait(ctx, again); err != nil {
			return given(op, ctx, err)
		}
	}
	return last
}

// given says that the caller gave up.
func given(op string, ctx context.Context, err error) error {
	if ctx.Err() == nil { // the limiter saw that its turn comes after the caller's deadline
		return away(op, err)
	}
	return &fault.Error{Kind: fault.Cancelled, Op: op, Cause: err}
}

func away(op string, err error) error {
	return &fault.Error{Kind: fault.Unavailable, Op: op, Code: "tmdb_away", Public: "TMDB does not answer; try again later.", Cause: err}
}

// turn waits for our turn: for the limit, and for what TMDB told any of us.
func (c *Client) turn(ctx context.Context) error {
	c.mu.Lock()
	pause := time.Until(c.notUntil)
	c.mu.Unlock()
	if pause > longestWait {
		return errBusy
	}
	if pause > 0 {
		if err := c.wait(ctx, pause); err != nil {
			return err
		}
	}
	return c.limit.Wait(ctx)
}

var errBusy = errors.New("told to come back later")

// once asks once. again is how long to wait before the next attempt: 0 leaves it to the
// caller, less than 0 says that another makes no sense.
func (c *Client) once(ctx context.Context, op, at string) (body []byte, again time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, oneAttempt)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, -1, fault.Wrap(op, err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Accept", "application/json")
	res, err := c.http.Do(req)
	if err != nil {
		return nil, 0, away(op, err)
	}
	defer res.Body.Close()
	body, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch status := res.StatusCode; {
	case err != nil:
		return nil, 0, away(op, err)
	case len(body) > maxAnswer:
		return nil, -1, fault.New(fault.TooLarge, op, "tmdb_too_large", "TMDB's answer is too large to be that of a film.")
	case status == http.StatusOK:
		return body, 0, nil
	case status == http.StatusNotFound:
		return nil, -1, fault.New(fault.NotFound, op, "tmdb_unknown", "TMDB knows no such film.")
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return nil, -1, &fault.Error{Kind: fault.Unavailable, Op: op, Code: "tmdb_refused", Cause: said(status, body),
			Public: "TMDB refuses our token. Set KK_TMDB_TOKEN to the API Read Access Token of an account there."}
	case status == http.StatusTooManyRequests:
		again = c.pause(res.Header.Get("Retry-After"))
		return nil, again, &fault.Error{Kind: fault.Unavailable, Op: op, Code: "tmdb_busy", Public: "TMDB is asked too much at the moment; try again later.", Cause: said(status, body)}
	case status >= 500:
		return nil, 0, away(op, said(status, body))
	default:
		return nil, -1, &fault.Error{Kind: fault.Internal, Op: op, Code: "tmdb_failed", Public: "TMDB did not understand what it was asked.", Cause: said(status, body)}
	}
}

// pause keeps every caller away for as long as TMDB asks, and at least a second.
func (c *Client) pause(retryAfter string) time.Duration {
	d := time.Second
	if seconds, err := strconv.Atoi(strings.TrimSpace(retryAfter)); err == nil {
		d = time.Duration(min(max(seconds, 1), 3600)) * time.Second
	} else if at, err := http.ParseTime(retryAfter); err == nil {
		d = max(d, min(time.Until(at), time.Hour))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if until := time.Now().Add(d); until.After(c.notUntil) {
		c.notUntil = until
	}
	return d
}

// said keeps of an error's body what may help whoever reads the log.
func said(status int, body []byte) error {
	var answer struct {
		Message text `json:"status_message"`
	}
	_ = json.Unmarshal(body, &answer)
	message := string(answer.Message)
	return fmt.Errorf("status %d: %q", status, message[:min(len(message), 200)])
}
