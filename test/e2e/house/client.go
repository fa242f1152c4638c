package house

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"time"
)

// The API's shapes, as its documentation gives them: written here again on purpose, so
// that a change of the contract fails a test.
type (
	// Me is who is signed in.
	Me struct {
		User    struct{ ID, Email, Role string }
		Profile struct{ ID, Name string }
		Session struct{ ID string }
	}

	// Video is a film on its way or there.
	Video struct {
		ID, Title, Status string
		Playable          bool
		Progress          float64
		DurationSeconds   float64
		Width, Height     int
		SourceBytes       int64
		CreatedAt         time.Time
		StillURL          string
		BlurHash          string
		Renditions        []Rendition
		Error             *Reason
		Marks             []Reason
	}

	// Reason is why a video failed, or what of its file cannot be used.
	Reason struct {
		Code, Detail string
		Words        map[string]struct{ Sentence, Remedy string }
	}

	// Rendition is how far one of a video's streams has come.
	Rendition struct {
		ID, Kind, Status string
		Height, Width    int
		Bandwidth        int64
		Progress         float64
	}

	// Sound is a track of a stream.
	Sound struct {
		ID, Language, Label string
		GainDB              *float64 // nil until it is measured
	}

	// Stream is what a player needs.
	Stream struct {
		SessionID, HLSURL, DASHURL, PlayerURL, ThumbnailsURL string
		DurationSeconds, ResumeAtSeconds                     float64
		Renditions                                           []Rung
		Audio                                                []Sound
		Subtitles                                            []Subtitle
		Chapters                                             []Chapter
		ExpiresAt                                            time.Time
	}

	// Subtitle is a text track; its URL is there in a stream, and whether a person added it
	// in the list of the library.
	Subtitle struct {
		ID, Language, Label, URL    string
		Forced, SDH, Default, Added bool
	}

	// Chapter is a named stretch of a film.
	Chapter struct {
		Title                    string
		StartSeconds, EndSeconds float64
	}

	// Rung is one of a film's pictures.
	Rung struct {
		ID, Codecs          string
		Rung, Height, Width int
		Bandwidth           int64
		Instant             bool // the source itself
		Ready               [][2]float64
	}

	// Problem is an error of the API (RFC 9457).
	Problem struct {
		Status              int
		Title, Detail, Code string
	}
)

func (p *Problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Detail) }

// Client is one browser's worth of a person: its cookies last through the server's lives.
// Its methods return errors, a refusal as a *Problem, and may be used by many goroutines.
type Client struct {
	house *House
	http  *http.Client

	mu    sync.Mutex
	fresh time.Time // when the tokens came; zero while nobody is signed in
}

// Stranger returns a client that is not signed in.
func (h *House) Stranger() *Client {
	jar, _ := cookiejar.New(nil) // only its options can be wrong
	transport := &http.Transport{
		MaxIdleConnsPerHost: 64,
		DisableCompression:  true, // what is asserted about bytes is about those on the wire
	}
	h.t.Cleanup(transport.CloseIdleConnections)
	return &Client{house: h, http: &http.Client{Jar: jar, Transport: transport}}
}

// Admin returns a client that has signed in as the house's administrator.
func (h *House) Admin() *Client {
	h.t.Helper()
	c := h.Stranger()
	if err := c.SignIn(h.t.Context(), AdminEmail, AdminPassword); err != nil {
		h.t.Fatalf("sign in: %v", err)
	}
	return c
}

// Through returns an administrator whose connections all go to another address, which leads to
// the house.
func (h *House) Through(address string) *Client {
	h.t.Helper()
	to, err := url.Parse(address)
	if err != nil {
		h.t.Fatal(err)
	}
	c := h.Stranger()
	c.http.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, to.Host)
	}
	if err := c.SignIn(h.t.Context(), AdminEmail, AdminPassword); err != nil {
		h.t.Fatalf("sign in: %v", err)
	}
	return c
}

// SignIn opens a session, which the client keeps.
func (c *Client) SignIn(ctx context.Context, email, password string) error {
	err := c.Call(ctx, http.MethodPost, "/api/auth/login", map[string]string{"email": email, "password": password}, new(Me))
	if err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.fresh = time.Now()
	}
	return err
}

// Cookie is what the client sends of itself along with every request, for who sends them in
// another way.
func (c *Client) Cookie() string {
	at, err := url.Parse(c.house.URL("/api/"))
	if err != nil {
		return ""
	}
	var list []string
	for _, k := range c.http.Jar.Cookies(at) {
		list = append(list, k.Name+"="+k.Value)
	}
	return strings.Join(list, "; ")
}

// refreshEvery leaves some of the quarter of an hour that a token lasts.
const refreshEvery = 10 * time.Minute

// stayFresh trades for the next tokens in time, as the app does. While the server is away it
// does so at the next request.
func (c *Client) stayFresh(ctx context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fresh.IsZero() || time.Since(c.fresh) < refreshEvery {
		return
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.house.URL("/api/auth/refresh"), nil)
	if err != nil {
		return
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return
	}
	answer.Body.Close()
	if answer.StatusCode == http.StatusOK {
		c.fresh = time.Now()
	}
}

// Do sends a request to a path or address of the house, with the client's cookies.
func (c *Client) Do(ctx context.Context, method, path string, body io.Reader, header http.Header) (*http.Response, error) {
	c.stayFresh(ctx)
	r, err := http.NewRequestWithContext(ctx, method, c.house.URL(path), body)
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	return c.http.Do(r)
}

// Call speaks JSON both ways. Out may be nil.
func (c *Client) Call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	header := http.Header{}
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
		header.Set("Content-Type", "application/json")
	}
	r, err := c.Do(ctx, method, path, body, header)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if err := refusal(r); err != nil {
		return err
	}
	if out == nil {
		_, err := io.Copy(io.Discard, r.Body)
		return err
	}
	return json.NewDecoder(r.Body).Decode(out)
}

// refusal returns the problem a bad answer carries; one without a problem is an error of
// the API itself.
func refusal(r *http.Response) error {
	if r.StatusCode < 400 {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	if err != nil {
		return err
	}
	p := &Problem{Status: r.StatusCode}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/problem+json" || json.Unmarshal(body, p) != nil || p.Code == "" || p.Status != r.StatusCode {
		return fmt.Errorf("%s %s: %s without a problem: %s", r.Request.Method, r.Request.URL.Path, r.Status, body)
	}
	return p
}

// Fetched is an answer, read to its end.
type Fetched struct {
	Status int
	Header http.Header
	Body   []byte
}

// Fetch gets a path whole, whatever the answer.
func (c *Client) Fetch(ctx context.Context, method, path string, header http.Header) (Fetched, error) {
	r, err := c.Do(ctx, method, path, nil, header)
	if err != nil {
		return Fetched{}, err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return Fetched{r.StatusCode, r.Header, body}, err
}

// Video looks a video up.
func (c *Client) Video(ctx context.Context, id string) (v Video, err error) {
	return v, c.Call(ctx, http.MethodGet, "/api/videos/"+id, nil, &v)
}

// Videos lists the newest videos.
func (c *Client) Videos(ctx context.Context) ([]Video, error) {
	var page struct{ Items []Video }
	err := c.Call(ctx, http.MethodGet, "/api/videos?limit=100", nil, &page)
	return page.Items, err
}

// Stream asks for a ticket to play a video.
func (c *Client) Stream(ctx context.Context, id string) (s Stream, err error) {
	return s, c.Call(ctx, http.MethodGet, "/api/videos/"+id+"/stream", nil, &s)
}

// Delete removes a video.
func (c *Client) Delete(ctx context.Context, id string) error {
	return c.Call(ctx, http.MethodDelete, "/api/videos/"+id, nil, nil)
}
