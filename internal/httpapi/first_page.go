package httpapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// The first page of somebody who is signed in comes with the film that leads it, painted before
// any script runs, and with what the app would ask for first (docs/decisions/0025).

const (
	// firstPageFile is made when the app is built, of index.html and the app's own hero
	// (web/scripts/first.ts). It is no page of its own.
	firstPageFile = "first.tmpl"
	// givenWithin is how long the page may wait for what is put into it: then it goes as it is, and
	// the app asks.
	givenWithin = 300 * time.Millisecond
	// givenRows is how many rows are given, more where the film that leads is further down: as many
	// as the app draws at once (web/src/features/home/InTime.tsx).
	givenRows = 2
)

// given is what is put into the first page.
type given struct {
	Language string
	Hero     *givenHero // nil of a film without a picture to fill the screen
	Answers  givenAnswers
}

// givenHero is the film that leads, as much of it as is painted at once.
type givenHero struct {
	Title string
	// Src is the picture's address; AVIF and WebP the widths there are of it, empty of a still,
	// which is there once.
	Src, AVIF, WebP string
}

// givenAnswers are what the app asks for first, as the API answers it.
type givenAnswers struct {
	Me   Me        `json:"me"`
	Home givenHome `json:"home"`
}

// givenHome are the first rows: with all of them the page took half as long again on a phone's
// network, and the picture with it. The app asks for the others.
type givenHome struct {
	Rows    []json.RawMessage `json:"rows"`
	Awaited int               `json:"awaited,omitempty"` // how many others there are
	Stale   bool              `json:"stale"`             // what X-Stale says
}

// firstPage is the page that is filled.
type firstPage struct {
	*template.Template
	style string // its style's digest, as a policy names it; "" of a page without one
}

// openFirstPage reads the page that is filled, and fills it once: one that cannot be filled does
// not start. nil of an app that has none.
func openFirstPage(app fs.FS) (*firstPage, error) {
	const op = "httpapi.first_page"
	if app == nil {
		return nil, nil
	}
	text, err := fs.ReadFile(app, firstPageFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	page, err := template.New(firstPageFile).Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %s of the built app: %w", op, firstPageFile, err)
	}
	var filled bytes.Buffer
	for _, hero := range []*givenHero{nil, {Title: "A film", Src: "/a"}, {Title: "A film", Src: "/a", AVIF: "/a 1w", WebP: "/a 1w"}} {
		filled.Reset()
		if err := page.Execute(&filled, given{Hero: hero}); err != nil {
			return nil, fmt.Errorf("%s: %s of the built app: %w", op, firstPageFile, err)
		}
	}
	_, style, _ := strings.Cut(filled.String(), "<style>") // of what is sent: filling leaves out comments
	style, _, found := strings.Cut(style, "</style>")
	if !found {
		return &firstPage{page, ""}, nil
	}
	sum := sha256.Sum256([]byte(style))
	return &firstPage{page, "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"}, nil
}

// policy allows the page's own style, which stands in it, beside what every page may.
func (p *firstPage) policy(usual string) string {
	return strings.Replace(usual, "style-src 'self'", strings.TrimSpace("style-src 'self' "+p.style), 1)
}

// sendFirstPage answers with the page of who is signed in; false where there is none to answer
// with, and the plain page does: to a stranger, of an empty catalogue, and whenever something
// does not answer, which the app then says better.
func (s *server) sendFirstPage(w http.ResponseWriter, r *http.Request) bool {
	if s.firstPage == nil {
		return false
	}
	page, err := s.fillFirstPage(r)
	if err != nil {
		if kind := fault.KindOf(err); kind != fault.SignedOut && kind != fault.NotFound {
			s.Logger.DebugContext(r.Context(), "the first page is sent without its film", "error", err)
		}
		return false
	}
	h := w.Header()
	h.Set("Content-Security-Policy", s.firstPage.policy(s.policy))
	h.Set("Cache-Control", "private, no-store")
	h.Set("Vary", "Cookie, Accept-Encoding, Accept-Language")
	h.Set("Content-Type", "text/html; charset=utf-8")
	if understands(r, "gzip") {
		page = gzipped(page)
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(page)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(page)
	}
	return true
}

func (s *server) fillFirstPage(r *http.Request) ([]byte, error) {
	const op = "httpapi.first_page"
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return nil, fault.New(fault.SignedOut, op, "", "")
	}
	ctx, cancel := context.WithTimeout(r.Context(), givenWithin)
	defer cancel()
	ctx, err = s.admit(ctx, ForViewers, cookie.Value)
	if err != nil {
		return nil, err
	}
	who := me(ctx)
	rows, err := s.keptHome(ctx)
	if err != nil {
		return nil, err
	}
	film, home, err := firstRows(rows)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	language := who.Profile.Language
	if language == "" {
		language = languageOf(r.Header.Get("Accept-Language"))
	}
	var page bytes.Buffer
	if err := s.firstPage.Execute(&page, given{
		Language: language, Hero: film.hero(language),
		Answers: givenAnswers{viewOfMe(who), home},
	}); err != nil {
		return nil, fault.Wrap(op, err)
	}
	return page.Bytes(), nil
}

// firstRows returns the film that leads, and the first rows, of which it is in one.
func firstRows(kept catalog.Kept) (leading, givenHome, error) {
	film, row, err := leadOf(kept.Body)
	if err != nil {
		return leading{}, givenHome{}, err
	}
	home := givenHome{Stale: kept.Stale}
	if err := json.Unmarshal(kept.Body, &home.Rows); err != nil {
		return leading{}, givenHome{}, err
	}
	count := min(len(home.Rows), max(givenRows, row+1))
	home.Rows, home.Awaited = home.Rows[:count], len(home.Rows)-count
	return film, home, nil
}

// leading is what of a card says whether it leads, and how.
type leading struct {
	ID       string            `json:"id"`
	Title    string            `json:"title"`
	Titles   map[string]string `json:"titles"`
	Backdrop *Artwork          `json:"backdrop"`
	StillURL string            `json:"stillUrl"`
	Playable bool              `json:"playable"`
}

// leadOf returns the film that leads the first page, and the row it is in: one that can be
// watched and has a picture to fill the screen, if there is one. The app decides the same of the
// same rows, and of the first of them as long as that row is among them
// (web/src/features/home/lead.ts); testdata/leads.json holds both to it. fault.NotFound of
// rows without a film that could.
func leadOf(rows []byte) (film leading, row int, err error) {
	var page []struct {
		Items []leading `json:"items"`
	}
	if err := json.Unmarshal(rows, &page); err != nil {
		return leading{}, 0, err
	}
	for _, leads := range []func(leading) bool{
		func(f leading) bool { return f.Playable && f.Backdrop != nil },
		func(f leading) bool { return f.Playable && f.StillURL != "" },
		func(f leading) bool { return f.Backdrop != nil },
		func(f leading) bool { return f.Playable },
	} {
		for row := range page {
			if i := slices.IndexFunc(page[row].Items, leads); i >= 0 {
				return page[row].Items[i], row, nil
			}
		}
	}
	return leading{}, 0, fault.New(fault.NotFound, "httpapi.lead", "", "")
}

// hero is how it leads in a language; nil where it has no picture for that.
func (f leading) hero(language string) *givenHero {
	out := &givenHero{Title: f.Title, Src: f.StillURL}
	if title := f.Titles[language]; title != "" {
		out.Title = title
	}
	if f.Backdrop != nil && len(f.Backdrop.Widths) > 0 {
		out.Src = f.Backdrop.address(f.Backdrop.Widths[0], "webp")
		out.AVIF, out.WebP = f.Backdrop.addresses("avif"), f.Backdrop.addresses("webp")
	}
	if out.Src == "" {
		return nil
	}
	return out
}

func (a Artwork) address(width int, format string) string {
	return strings.NewReplacer("{width}", strconv.Itoa(width), "{format}", format).Replace(a.URL)
}

// addresses are those of every width, as an image's srcset.
func (a Artwork) addresses(format string) string {
	list := make([]string, 0, len(a.Widths))
	for _, width := range a.Widths {
		list = append(list, a.address(width, format)+" "+strconv.Itoa(width)+"w")
	}
	return strings.Join(list, ", ")
}

var zippers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, 4) // twice as fast as the default, for three parts in a hundred
	return z
}}

// gzipped packs a page that is made for one who asks, and cannot be packed before.
func gzipped(page []byte) []byte {
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	out := bytes.NewBuffer(make([]byte, 0, len(page)/4))
	z.Reset(out)
	_, _ = z.Write(page) // to memory: it cannot fail
	_ = z.Close()
	return out.Bytes()
}
