package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

type movieID struct {
	ID string `path:"id" format:"uuid"`
}

// MoviePage is a keyset page of films.
type MoviePage struct {
	Items      []MovieCard `json:"items"`
	NextCursor string      `json:"nextCursor,omitempty" doc:"Ask for what follows with it; absent on the last page."`
}

// Suggestion is a film that somebody may like, and why.
type Suggestion struct {
	Movie  MovieCard        `json:"movie"`
	Reason SuggestionReason `json:"reason"`
}

// SuggestionReason says why a film is suggested; apps put it into words.
type SuggestionReason struct {
	Code   string       `json:"code" enum:"collection,tmdb,director,cast,watched-together,genre" doc:"Of the same collection; TMDB says so; by the same director; with the same people; begun by who began this one; of the same genres."`
	Names  []string     `json:"names" doc:"Of the collection, the directors or the cast they share."`
	Genres []MovieGenre `json:"genres" doc:"That they share."`
}

type suggestionList struct {
	Items []Suggestion `json:"items"`
}

type genreList struct {
	Items []MovieGenre `json:"items"`
}

type genresTold struct {
	Stale string `header:"X-Stale" doc:"\"true\" while the catalogue's store does not answer."`
	Body  genreList
}

// Found is what a search found, the best match first.
type Found struct {
	Items []MovieCard `json:"items"`
}

// CollectionOfMovies is a collection with its films, by release.
type CollectionOfMovies struct {
	ID    int64       `json:"id"`
	Name  string      `json:"name"`
	Items []MovieCard `json:"items"`
}

// staleDoc is said of every answer that may be served from what was kept.
const staleDoc = "While the catalogue's store does not answer, what was kept of it is served for up to an hour, and the header X-Stale: true says so."

func (s *server) movieRoutes() {
	tags := []string{"movies"}
	s.keptRoutes(tags)

	type suggestions struct{ Body suggestionList }
	suggest := func(ask func(context.Context, catalog.Rating, string, int) ([]catalog.Suggestion, error)) func(context.Context, *suggestionsIn) (*suggestions, error) {
		return func(ctx context.Context, in *suggestionsIn) (*suggestions, error) {
			list, err := ask(ctx, me(ctx).Profile.Limit, in.ID, in.Limit)
			out := &suggestions{suggestionList{Items: []Suggestion{}}}
			for _, one := range list {
				out.Body.Items = append(out.Body.Items, viewOfSuggestion(one))
			}
			return out, err
		}
	}
	register(s, ForViewers, huma.Operation{
		OperationID: "similarMovies", Method: http.MethodGet, Path: "/movies/{id}/similar", Tags: tags,
		Summary: "Films like this one, each with why", Errors: []int{404},
	}, suggest(func(ctx context.Context, limit catalog.Rating, id string, most int) ([]catalog.Suggestion, error) {
		return s.Films.Similar(ctx, limit, id, most)
	}))
	register(s, ForViewers, huma.Operation{
		OperationID: "recommendedMovies", Method: http.MethodGet, Path: "/movies/{id}/recommendations", Tags: tags,
		Summary: "Films for who liked this one, each with why", Errors: []int{404},
	}, suggest(func(ctx context.Context, limit catalog.Rating, id string, most int) ([]catalog.Suggestion, error) {
		return s.Films.Recommended(ctx, limit, id, most)
	}))

	register(s, ForViewers, huma.Operation{
		OperationID: "listGenres", Method: http.MethodGet, Path: "/genres", Tags: tags,
		Summary:     "The genres there are films of",
		Description: staleDoc,
	}, func(ctx context.Context, _ *struct{}) (*genresTold, error) {
		genres, away, err := s.Films.Genres(ctx, me(ctx).Profile.Limit)
		told := &genresTold{Body: genreList{viewOfGenres(genres)}}
		if away {
			told.Stale = stale[0]
		}
		return told, err
	})

	register(s, ForViewers, huma.Operation{
		OperationID: "searchMovies", Method: http.MethodGet, Path: "/search", Tags: tags,
		Summary:     "Find films as somebody types",
		Description: "By title in any language, original title, cast and year; accents, case and word order do not matter, the last word may be unfinished, and longer words may have a typo. The best match comes first.",
	}, func(ctx context.Context, in *struct {
		Q     string `query:"q" maxLength:"300"`
		Limit int    `query:"limit" minimum:"1" maximum:"50" default:"20"`
	}) (*struct{ Body Found }, error) {
		films, err := s.Films.Search(ctx, me(ctx).Profile.Limit, in.Q, in.Limit)
		return &struct{ Body Found }{Found{viewOfCards(films)}}, err
	})

	register(s, ForViewers, huma.Operation{
		OperationID: "getCollection", Method: http.MethodGet, Path: "/collections/{id}", Tags: tags,
		Summary: "A collection with its films, by release", Errors: []int{404},
	}, func(ctx context.Context, in *struct {
		ID int64 `path:"id" minimum:"1"`
	}) (*struct{ Body CollectionOfMovies }, error) {
		name, films, err := s.Films.Collection(ctx, me(ctx).Profile.Limit, in.ID)
		return &struct{ Body CollectionOfMovies }{CollectionOfMovies{in.ID, name, viewOfCards(films)}}, err
	})
}

type suggestionsIn struct {
	ID    string `path:"id" format:"uuid"`
	Limit int    `query:"limit" minimum:"1" maximum:"40" default:"20"`
}

func viewOfSuggestion(s catalog.Suggestion) Suggestion {
	return Suggestion{viewOfCard(s.Shown), SuggestionReason{
		Code: string(s.Reason.Code), Names: append([]string{}, s.Reason.Names...), Genres: viewOfGenres(s.Reason.Genres),
	}}
}
