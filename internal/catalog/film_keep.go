package catalog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// DefaultPage is how many films a page has when nobody says, and AppPage how many the web app
// asks for; the first keptPages of those sizes are kept of each list.
const (
	DefaultPage = 30
	AppPage     = 60
	keptPages   = 10
)

// Kept answers live an hour. They are fresh for a moment only: whatever changes a film drops
// them on every node at once, so that is for what changes without a word, and to learn soon
// that the store is away. From then on what is kept is served, and says that it is stale.
var (
	filmLife  = cache.Keep{Fresh: 15 * time.Second, Stale: time.Hour - 15*time.Second, Within: 4 * time.Second}
	listsLife = filmLife
	// eraLife is as long as the pages it names live, and then some.
	eraLife = cache.Keep{Fresh: 2 * time.Hour}
)

// awayFor is how long a store counts as away after it was.
const awayFor = 5 * time.Second

// Kept is an answer as it was written, kept for many.
type Kept struct {
	Body  []byte // shared: nobody may change it
	Tag   string // tells it from any other, quoted as an entity tag is
	Stale bool   // the store does not answer: it may have changed since
}

// keptHead is what of an answer is known without reading it.
type keptHead struct {
	Age   *int   `json:"age,omitempty"`
	Tag   string `json:"tag"`
	After *Place `json:"after,omitempty"` // the place a page follows
	First int    `json:"first,omitempty"` // bytes up to the end of the first row
}

// wrapKept puts the head before the body, in a line of its own.
func wrapKept(head keptHead, body []byte) ([]byte, error) {
	sum := sha256.Sum256(body)
	head.Tag = `"` + hex.EncodeToString(sum[:9]) + `"`
	line, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	return append(append(line, '\n'), body...), nil
}

func unwrapKept(value []byte) (head keptHead, body []byte, err error) {
	line, body, found := bytes.Cut(value, []byte{'\n'})
	if !found {
		return head, nil, fmt.Errorf("a kept answer without a head")
	}
	return head, body, json.Unmarshal(line, &head)
}

// KeptFilm returns a film as write wrote it, to a viewer who may see it. It is written once for
// all of them.
func (f *Films) KeptFilm(ctx context.Context, limit Rating, id string, write func(Shown) ([]byte, error)) (Kept, error) {
	const op = "catalog.kept_film"
	value, stale, err := f.Cache.Kept(ctx, filmKey(id), filmLife, func(ctx context.Context) ([]byte, error) {
		shown, err := f.Shown(ctx, Rating{}, id)
		if f.noted(err) != nil {
			return nil, err
		}
		body, err := write(shown)
		if err != nil {
			return nil, err
		}
		return wrapFilm(shown.Maturity, body), nil
	})
	if err != nil {
		return Kept{}, fault.Wrap(op, err)
	}
	rating, tag, body, err := unwrapFilm(value)
	if err != nil {
		f.Cache.Forget(ctx, filmKey(id)) // kept by another version
		return Kept{}, fault.Wrap(op, err)
	}
	if !rating.Within(limit) {
		return Kept{}, noFilm(op)
	}
	return Kept{Body: body, Tag: tag, Stale: stale || f.isAway()}, nil
}

// wrapFilm and unwrapFilm do for one film what is asked most what wrapKept does: the head is
// the age and the tag, each of a fixed length.
const (
	tagSize  = 18 + 2
	headSize = 3 + tagSize
)

func wrapFilm(r Rating, body []byte) []byte {
	age, given := r.Age()
	if !given {
		age = -1
	}
	sum := sha256.Sum256(body)
	head := fmt.Sprintf("%3d%q", age, hex.EncodeToString(sum[:9]))
	return append([]byte(head), body...)
}

func unwrapFilm(value []byte) (r Rating, tag string, body []byte, err error) {
	if len(value) < headSize {
		return r, "", nil, fmt.Errorf("a kept film of %d bytes", len(value))
	}
	age, err := strconv.Atoi(string(bytes.TrimSpace(value[:3])))
	if err == nil && age >= 0 {
		r, err = RatingOf(age)
	}
	return r, string(value[3:headSize]), value[headSize:], err
}

// KeptList returns a page of a shelf as write wrote it. Pages are counted from 1; next is the
// place of the last film when others follow.
func (f *Films) KeptList(ctx context.Context, s Shelf, page int, write func(films []Shown, next *Place) ([]byte, error)) (Kept, error) {
	const op = "catalog.kept_list"
	load := func(ctx context.Context) ([]byte, error) {
		films, next, err := f.Page(ctx, s)
		if f.noted(err) != nil {
			return nil, err
		}
		body, err := write(films, next)
		if err != nil {
			return nil, err
		}
		return wrapKept(keptHead{After: s.After}, body)
	}
	if page > keptPages || s.Most != DefaultPage && s.Most != AppPage {
		value, err := load(ctx)
		return f.kept(op, value, false, err)
	}
	if s.Genre != 0 || s.Year != 0 || s.Most != DefaultPage {
		key, err := f.shelfKey(ctx, s)
		if err != nil {
			return Kept{}, fault.Wrap(op, err)
		}
		value, stale, err := f.Cache.Kept(ctx, key, listsLife, load)
		return f.kept(op, value, stale, err)
	}
	value, stale, err := f.Cache.Kept(ctx, pageKey(s.List, page, s.Limit), listsLife, load)
	if err != nil {
		return Kept{}, fault.Wrap(op, err)
	}
	if head, _, err := unwrapKept(value); err != nil || !samePlace(head.After, s.After) {
		// Films came or went since the reader saw the page before: theirs follows that one.
		value, err = load(ctx)
		return f.kept(op, value, false, err)
	}
	return f.kept(op, value, stale, nil)
}

func (f *Films) kept(op string, value []byte, stale bool, err error) (Kept, error) {
	if err != nil {
		return Kept{}, fault.Wrap(op, err)
	}
	head, body, err := unwrapKept(value)
	return Kept{Body: body, Tag: head.Tag, Stale: stale || f.isAway()}, fault.Wrap(op, err)
}

func samePlace(a, b *Place) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.ID == b.ID && math.Float64bits(a.Key) == math.Float64bits(b.Key)
}

// Page returns a page of a shelf.
func (f *Films) Page(ctx context.Context, s Shelf) (films []Shown, next *Place, err error) {
	most := s.Most
	s.Most++
	list, err := f.Store.List(ctx, s)
	if err != nil {
		return nil, nil, fault.Wrap("catalog.list", err)
	}
	if len(list) > most {
		list = list[:most]
		last := list[most-1]
		next = &Place{Key: last.Keys()[s.List], ID: last.ID}
	}
	films, err = f.withVideos(ctx, list)
	return films, next, err
}

// noted notes whether the store answers.
func (f *Films) noted(err error) error {
	switch {
	case err == nil:
		f.away.Store(0)
	case fault.Is(err, fault.Unavailable):
		f.away.Store(f.now().UnixNano())
	}
	return err
}

func (f *Films) isAway() bool {
	at := f.away.Load()
	return at != 0 && time.Since(time.Unix(0, at)) < awayFor
}

func filmKey(id string) string { return "movie:" + id }

func pageKey(l List, page int, limit Rating) string {
	return "catalog:" + string(l) + ":page:" + strconv.Itoa(page) + upTo(limit)
}

// eraKey is of what the keys of a list's pages of genres, of years and for the app have in
// common. There may be any number of those, so none is dropped by its name when a film changes:
// the era is, and from then on all have other names.
func eraKey(l List) string { return "catalog:" + string(l) + ":era" }

func (f *Films) shelfKey(ctx context.Context, s Shelf) (string, error) {
	era, err := cache.Load(ctx, f.Cache, eraKey(s.List), eraLife, func(context.Context) (string, error) { return newFilmID(), nil })
	key := fmt.Sprintf("catalog:%s:of:%s:%d:%d:%d%s", s.List, era, s.Genre, s.Year, s.Most, upTo(s.Limit))
	if s.After != nil {
		key += fmt.Sprintf(":after:%x:%s", math.Float64bits(s.After.Key), s.After.ID)
	}
	return key, err
}

// upTo is what the keys of a viewer's limit end in: nobody is served what was kept for another.
func upTo(limit Rating) string {
	age, limited := limit.Age()
	if !limited {
		return ""
	}
	return ":up-to:" + strconv.Itoa(age)
}

// limits are all that a viewer may have.
func limits() []Rating {
	all := []Rating{{}}
	for _, age := range Ages {
		all = append(all, Rating{true, age})
	}
	return all
}

// changed drops everything that was kept of a film, on every node, and tells of it.
func (f *Films) changed(ctx context.Context, ids ...string) {
	f.Forget(ctx, ids...)
	if f.Changed != nil {
		for _, id := range ids {
			f.Changed(ctx, id)
		}
	}
}

// Left is told of a film that a video is gone of.
func (f *Films) Left(ctx context.Context, filmID string) { f.changed(ctx, filmID) }

// Forget drops everything that was kept of films: where the cache is shared, on every node.
func (f *Films) Forget(ctx context.Context, ids ...string) {
	keys := f.listKeys(Lists...)
	for _, id := range ids {
		keys = append(keys, filmKey(id), diskKey(id), picturesKey(id))
		for _, limit := range limits() {
			keys = append(keys, linksKey("similar", id, limit), linksKey("recommended", id, limit))
		}
	}
	for _, limit := range limits() {
		keys = append(keys, "catalog:genres"+upTo(limit))
	}
	f.Cache.Forget(ctx, keys...)
}

// listKeys are those of all pages kept of these lists, and of the first page of the house.
func (f *Films) listKeys(lists ...List) (keys []string) {
	for _, l := range lists {
		keys = append(keys, eraKey(l))
	}
	for _, limit := range limits() {
		keys = append(keys, homeKey(limit))
		for _, l := range lists {
			for page := 1; page <= keptPages; page++ {
				keys = append(keys, pageKey(l, page, limit))
			}
		}
	}
	return keys
}
