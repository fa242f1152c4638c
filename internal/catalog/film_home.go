package catalog

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// RowKind says what the films of a row have in common.
type RowKind string

const (
	RowTrending RowKind = "trending"
	RowPopular  RowKind = "popular"
	RowNew      RowKind = "new"
	RowTopRated RowKind = "top-rated"
	RowGenre    RowKind = "genre"
	RowList     RowKind = "list"    // the profile's own
	RowBecause  RowKind = "because" // of a film that the profile watched or liked
)

// Row is one row of the first page.
type Row struct {
	Kind    RowKind
	Genre   Genre  // of RowGenre
	Because *Film  // of RowBecause
	Action  Action // likewise
	Films   []Shown
}

// Action is what a profile did with the film that a row follows from.
type Action string

const (
	WatchedIt Action = "watched"
	LikedIt   Action = "liked"
)

// ID tells the rows of a page apart.
func (r Row) ID() string {
	switch r.Kind {
	case RowGenre:
		return "genre-" + strconv.FormatInt(r.Genre.ID, 10)
	case RowBecause:
		return "because-" + r.Because.ID
	}
	return string(r.Kind)
}

const (
	rowFilms    = 20
	genreRows   = 8
	leastOfRow  = 3 // a genre of fewer films is no row
	becauseRows = 2
)

func homeKey(limit Rating) string { return "catalog:home" + upTo(limit) }

// KeptHome returns the rows of the first page as write wrote them, an array: those of the house,
// written once for all who may see them, with the profile's own after the first.
func (f *Films) KeptHome(ctx context.Context, v Viewer, limit Rating, write func([]Row) ([]byte, error)) (Kept, error) {
	const op = "catalog.home"
	value, stale, err := f.Cache.Kept(ctx, homeKey(limit), listsLife, func(ctx context.Context) ([]byte, error) {
		rows, err := f.houseRows(ctx, limit)
		if f.noted(err) != nil {
			return nil, err
		}
		first, err := write(rows[:min(1, len(rows))])
		if err != nil {
			return nil, err
		}
		rest, err := write(rows[min(1, len(rows)):])
		if err != nil {
			return nil, err
		}
		return wrapKept(keptHead{First: len(first)}, append(first, rest...))
	})
	if err != nil {
		return Kept{}, fault.Wrap(op, err)
	}
	head, body, err := unwrapKept(value)
	if err != nil || head.First > len(body) {
		f.Cache.Forget(ctx, homeKey(limit))
		return Kept{}, fault.Wrap(op, err)
	}
	own, err := f.ownRows(ctx, v, limit)
	if fault.Is(err, fault.Unavailable) { // what was kept is better than nothing
		_ = f.noted(err)
		own, err = nil, nil
	}
	if err != nil {
		return Kept{}, fault.Wrap(op, err)
	}
	middle, err := write(own)
	if err != nil {
		return Kept{}, fault.Wrap(op, err)
	}
	joined := joinArrays(body[:head.First], middle, body[head.First:])
	sum := sha256.Sum256(joined)
	return Kept{Body: joined, Tag: `"` + hex.EncodeToString(sum[:9]) + `"`, Stale: stale || f.isAway()}, nil
}

// joinArrays makes one JSON array of several.
func joinArrays(arrays ...[]byte) []byte {
	size := 2
	for _, a := range arrays {
		size += len(a)
	}
	out := append(make([]byte, 0, size), '[')
	for _, a := range arrays {
		inner := bytes.TrimSuffix(bytes.TrimPrefix(a, []byte{'['}), []byte{']'})
		if len(inner) > 0 && len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, inner...)
	}
	return append(out, ']')
}

// houseRows are those that are the same for all viewers of a limit. None is empty.
func (f *Films) houseRows(ctx context.Context, limit Rating) ([]Row, error) {
	var rows []Row
	var films [][]Film
	add := func(r Row, s Shelf, least int) error {
		s.Limit, s.Most = limit, rowFilms
		list, err := f.Store.List(ctx, s)
		if err == nil && len(list) >= least {
			rows, films = append(rows, r), append(films, list)
		}
		return err
	}
	for _, l := range []struct {
		kind RowKind
		list List
	}{{RowTrending, Trending}, {RowNew, New}, {RowPopular, Popular}, {RowTopRated, TopRated}} {
		if err := add(Row{Kind: l.kind}, Shelf{List: l.list}, 1); err != nil {
			return nil, err
		}
	}
	genres, err := f.Store.Genres(ctx, limit)
	if err != nil {
		return nil, err
	}
	for _, g := range foremost(genres, slices.Concat(films...)) {
		if len(rows) == 4+genreRows {
			break
		}
		if err := add(Row{Kind: RowGenre, Genre: g}, Shelf{List: Popular, Genre: g.ID}, leastOfRow); err != nil {
			return nil, err
		}
	}
	shown, err := f.withVideos(ctx, slices.Concat(films...))
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].Films, shown = shown[:len(films[i]):len(films[i])], shown[len(films[i]):]
	}
	return rows, nil
}

// foremost orders genres by how many of these films are of each.
func foremost(genres []Genre, films []Film) []Genre {
	count := map[int64]int{}
	for _, film := range films {
		for _, g := range film.Genres {
			count[g.ID]++
		}
	}
	genres = slices.Clone(genres)
	slices.SortStableFunc(genres, func(a, b Genre) int {
		return cmp.Or(cmp.Compare(count[b.ID], count[a.ID]), cmp.Compare(a.ID, b.ID))
	})
	return genres
}

// ownRows are those of a profile: its list, and what follows from what it watched and liked.
func (f *Films) ownRows(ctx context.Context, v Viewer, limit Rating) ([]Row, error) {
	listed, err := f.Opinions.MyList(ctx, v, nil, rowFilms)
	if err != nil {
		return nil, err
	}
	liked, err := f.Opinions.Liked(ctx, v, rowFilms)
	if err != nil {
		return nil, err
	}
	begun := map[string]bool{} // nobody needs to be told of those
	for _, o := range liked {
		begun[o.FilmID] = true
	}
	var rows []Row
	var ids [][]string
	if len(listed) > 0 {
		list := make([]string, len(listed))
		for i, o := range listed {
			list[i] = o.FilmID
		}
		rows, ids = append(rows, Row{Kind: RowList}), append(ids, list)
	}
	for _, o := range liked[:min(becauseRows, len(liked))] {
		links, err := f.links(ctx, recommended, limit, o.FilmID)
		if fault.Is(err, fault.NotFound) { // deleted since, or beyond a limit of today
			continue
		}
		if err != nil {
			return nil, err
		}
		list := []string{o.FilmID}
		for _, l := range links {
			if !begun[l.ID] && len(list) <= rowFilms {
				list = append(list, l.ID)
			}
		}
		action := WatchedIt
		if o.Stars >= likes {
			action = LikedIt
		}
		if len(list) > leastOfRow {
			rows, ids = append(rows, Row{Kind: RowBecause, Action: action}), append(ids, list)
		}
	}
	return f.filled(ctx, limit, rows, ids)
}

// filled gives each row its films, read at once. The first of a row that follows from a film
// is that film.
func (f *Films) filled(ctx context.Context, limit Rating, rows []Row, ids [][]string) ([]Row, error) {
	all := slices.Concat(ids...)
	slices.Sort(all)
	shown, err := f.ShownAll(ctx, limit, slices.Compact(all))
	if err != nil {
		return nil, err
	}
	byID := map[string]Shown{}
	for _, s := range shown {
		byID[s.ID] = s
	}
	kept := rows[:0]
	for i, r := range rows {
		for _, id := range ids[i] {
			if s, there := byID[id]; there {
				r.Films = append(r.Films, s)
			}
		}
		if r.Kind == RowBecause {
			if len(r.Films) < 2 || r.Films[0].ID != ids[i][0] {
				continue
			}
			film := r.Films[0].Film
			r.Because, r.Films = &film, r.Films[1:]
		}
		if len(r.Films) > 0 {
			kept = append(kept, r)
		}
	}
	return kept, nil
}
