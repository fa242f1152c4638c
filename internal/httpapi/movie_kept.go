package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// The routes here are asked most: their answers are kept as the bytes that are sent, for all
// who may see them, and nothing is encoded for the second who asks.

const (
	defaultMovies = catalog.DefaultPage
	mostMovies    = 100
)

func (s *server) keptRoutes(tags []string) {
	integer := func(least, most float64) *huma.Schema {
		return &huma.Schema{Type: huma.TypeInteger, Minimum: &least, Maximum: &most}
	}
	lists := &huma.Schema{Type: huma.TypeString, Default: string(catalog.Popular)}
	for _, l := range catalog.Lists {
		lists.Enum = append(lists.Enum, string(l))
	}
	limit := integer(1, mostMovies)
	limit.Default = defaultMovies
	longest := 300
	s.document(ForViewers, &huma.Operation{
		OperationID: "listMovies", Method: http.MethodGet, Path: "/movies", Tags: tags,
		Summary: "Films in one of the catalogue's orders", Description: "Of all, or of one genre, of one year, or of both. " + staleDoc,
		Parameters: []*huma.Param{
			{Name: "list", In: "query", Schema: lists},
			{Name: "genre", In: "query", Schema: integer(1, 1<<40), Description: "Id of a genre."},
			{Name: "year", In: "query", Schema: integer(1, 9999)},
			{Name: "cursor", In: "query", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &longest}, Description: "Of the page before, of the same list."},
			{Name: "limit", In: "query", Schema: limit},
		},
		Responses: answersWith[MoviePage](s, "A page of films."),
	}, s.listMovies)
	s.document(ForViewers, &huma.Operation{
		OperationID: "getMovie", Method: http.MethodGet, Path: "/movies/{id}", Tags: tags,
		Summary: "A film with all that is known of it", Description: staleDoc,
		Parameters: []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString, Format: "uuid"}}},
		Responses:  answersWith[Movie](s, "The film."),
	}, s.getMovie)
	s.handle(ForViewers, "GET /api/movies/{id}/images/{name}", http.HandlerFunc(s.movieImage))
}

// answersWith documents what a plain handler answers.
func answersWith[T any](s *server, what string) map[string]*huma.Response {
	schema := s.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
	return map[string]*huma.Response{"200": {Description: what, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}}
}

func (s *server) getMovie(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("id")
	if uuid.Validate(id) != nil { // what huma checks of a JSON operation
		s.writeProblem(w, r, fault.New(fault.Invalid, "httpapi.movie", "bad_id", "The id of a film is a UUID."))
		return
	}
	kept, err := s.Films.KeptFilm(ctx, me(ctx).Profile.Limit, id, writeMovie)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	sendKept(w, r, kept)
}

func writeMovie(f catalog.Shown) ([]byte, error) { return json.Marshal(viewOfMovie(f)) }

func (s *server) listMovies(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	shelf, page, err := s.shelfOf(r.URL.RawQuery)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	shelf.Limit = me(ctx).Profile.Limit
	kept, err := s.Films.KeptList(ctx, shelf, page, func(films []catalog.Shown, next *catalog.Place) ([]byte, error) {
		return json.Marshal(MoviePage{viewOfCards(films), s.cursors().ofShelf(shelf, next, page+1)})
	})
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	sendKept(w, r, kept)
}

// shelfOf reads which films are asked for, and which page of them as one counts from the first.
func (s *server) shelfOf(raw string) (shelf catalog.Shelf, page int, err error) {
	const op = "httpapi.list_movies"
	bad := func(what string) error { return fault.New(fault.Invalid, op, "bad_query", what) }
	query, err := url.ParseQuery(raw)
	if err != nil {
		return shelf, 0, bad("The address cannot be read.")
	}
	shelf = catalog.Shelf{List: catalog.Popular, Most: defaultMovies}
	if list := query.Get("list"); list != "" {
		shelf.List = catalog.List(list)
	}
	if !slices.Contains(catalog.Lists, shelf.List) {
		return shelf, 0, bad("The list is trending, popular, new or top-rated.")
	}
	for _, number := range []struct {
		name string
		most int64
		set  func(int64)
	}{
		{"genre", 1 << 40, func(n int64) { shelf.Genre = n }},
		{"year", 9999, func(n int64) { shelf.Year = int(n) }},
		{"limit", mostMovies, func(n int64) { shelf.Most = int(n) }},
	} {
		text := query.Get(number.name)
		if text == "" {
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 || n > number.most {
			return shelf, 0, bad(number.name + " is a number from 1 to " + strconv.FormatInt(number.most, 10) + ".")
		}
		number.set(n)
	}
	shelf.After, page, err = s.cursors().shelfPlace(query.Get("cursor"), shelf)
	return shelf, page, err
}

// sendKept writes an answer as it was kept. The browser keeps it too, and asks each time
// whether it is still the same: nobody sees what was changed a moment ago.
func sendKept(w http.ResponseWriter, r *http.Request, k catalog.Kept) {
	h := w.Header()
	h["Cache-Control"] = privately
	h["Etag"] = []string{k.Tag}
	if k.Stale {
		h["X-Stale"] = stale
	}
	if matches(r.Header.Get("If-None-Match"), k.Tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h["Content-Type"] = asJSON
	h["Content-Length"] = []string{strconv.Itoa(len(k.Body))}
	_, _ = w.Write(k.Body)
}

var (
	privately = []string{"private, no-cache"}
	stale     = []string{"true"}
	asJSON    = []string{"application/json"}
)

// matches compares weakly, as If-None-Match asks (RFC 9110, 13.1.2).
func matches(header, tag string) bool {
	if header == "" {
		return false
	}
	for one := range strings.SplitSeq(header, ",") {
		if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == tag || one == "*" {
			return true
		}
	}
	return false
}

// movieImage sends a picture of a film. Its address carries a version, so that it may be kept
// for good by the browser that was allowed to see it.
func (s *server) movieImage(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("id")
	if uuid.Validate(id) != nil {
		s.writeProblem(w, r, fault.New(fault.NotFound, "httpapi.movie_image", "", ""))
		return
	}
	picture, err := s.Films.PictureOf(ctx, me(ctx).Profile.Limit, id, r.PathValue("name"))
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	object, err := s.Blobs.Open(ctx, picture.Key)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	defer object.Close()
	w.Header().Set("Content-Type", picture.ContentType)
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	http.ServeContent(w, r, "", object.ModTime, object.ReadSeekCloser)
}

// pictureKinds are the pictures of a film that an editor may give it.
var pictureKinds = []string{"poster", "backdrop"}

func (s *server) pictureRoutes(tags []string) {
	picture := &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
	for _, kind := range []string{"image/jpeg", "image/png", "image/webp"} {
		picture.Content[kind] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	for _, kind := range pictureKinds {
		s.document(ForEditors, &huma.Operation{
			OperationID: "setMovie" + strings.ToUpper(kind[:1]) + kind[1:], Method: http.MethodPut, Path: "/movies/{id}/" + kind, Tags: tags,
			Summary:     "Give a film another " + kind,
			Description: "A JPEG, PNG or WebP picture of 20 MB at most. It is there in every width when this is answered.",
			Parameters:  []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString, Format: "uuid"}}},
			RequestBody: picture, Responses: answersWith[Movie](s, "The film."),
		}, func(w http.ResponseWriter, r *http.Request) { s.setPicture(w, r, kind) })
	}
}

// setPicture hands the bytes on as they come: whoever reads them says when they are too many.
func (s *server) setPicture(w http.ResponseWriter, r *http.Request, kind string) {
	id := r.PathValue("id")
	if uuid.Validate(id) != nil {
		s.writeProblem(w, r, fault.New(fault.Invalid, "httpapi.picture", "bad_id", "The id of a film is a UUID."))
		return
	}
	f, err := s.Films.SetPicture(r.Context(), id, kind, s.patient(w, r))
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(viewOfMovie(f))
}

// viewerOf is whose opinions are asked for.
func viewerOf(ctx context.Context) catalog.Viewer {
	m := me(ctx)
	return catalog.Viewer{UserID: m.User.ID, ProfileID: m.Profile.ID}
}
