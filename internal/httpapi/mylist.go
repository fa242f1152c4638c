package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Opinion is what the profile has to do with a film.
type Opinion struct {
	Listed bool `json:"listed" doc:"It is on the profile's list."`
	Stars  int  `json:"stars" minimum:"0" maximum:"10" doc:"0 when it was not rated."`
}

type opinionAnswer struct{ Body Opinion }

type listedMovie struct {
	MovieID string `path:"movieId" format:"uuid"`
}

func (s *server) myListRoutes() {
	tags := []string{"my list"}
	const theirs = "what somebody likes to watch is theirs"
	register(s, ForViewers, huma.Operation{
		OperationID: "getMyList", Method: http.MethodGet, Path: "/list", Tags: tags,
		Summary: "The profile's list, newest first",
	}, func(ctx context.Context, in *struct {
		Cursor string `query:"cursor" maxLength:"300"`
		Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"40"`
	}) (*struct{ Body MoviePage }, error) {
		after, err := s.cursors().listPlace(in.Cursor, viewerOf(ctx))
		if err != nil {
			return nil, err
		}
		films, next, err := s.Films.MyList(ctx, viewerOf(ctx), me(ctx).Profile.Limit, after, in.Limit)
		if err != nil {
			return nil, err
		}
		return &struct{ Body MoviePage }{MoviePage{viewOfCards(films), s.cursors().ofList(next, viewerOf(ctx))}}, nil
	})

	register(s, ForViewers.Unrecorded(theirs), huma.Operation{
		OperationID: "addToMyList", Method: http.MethodPut, Path: "/list/{movieId}", Tags: tags,
		Summary: "Put a film on the profile's list", Description: "One that is there keeps its place.",
		DefaultStatus: http.StatusNoContent, Errors: []int{404, 409},
	}, func(ctx context.Context, in *listedMovie) (*struct{}, error) {
		return nil, s.setListed(ctx, in.MovieID, true)
	})

	register(s, ForViewers.Unrecorded(theirs), huma.Operation{
		OperationID: "removeFromMyList", Method: http.MethodDelete, Path: "/list/{movieId}", Tags: tags,
		Summary: "Take a film off the profile's list", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *listedMovie) (*struct{}, error) {
		return nil, s.setListed(ctx, in.MovieID, false)
	})

	register(s, ForViewers.Unrecorded(theirs), huma.Operation{
		OperationID: "rateMovie", Method: http.MethodPut, Path: "/ratings/{movieId}", Tags: tags,
		Summary: "Rate a film, 1 to 10 stars; 0 takes the rating away", MaxBodyBytes: 1024, Errors: []int{404},
	}, func(ctx context.Context, in *struct {
		MovieID string `path:"movieId" format:"uuid"`
		Body    struct {
			Stars int `json:"stars" minimum:"0" maximum:"10"`
		}
	}) (*opinionAnswer, error) {
		if err := s.Films.Rate(ctx, viewerOf(ctx), me(ctx).Profile.Limit, in.MovieID, in.Body.Stars); err != nil {
			return nil, err
		}
		return s.opinion(ctx, in.MovieID)
	})

	register(s, ForViewers, huma.Operation{
		OperationID: "getOpinion", Method: http.MethodGet, Path: "/movies/{id}/opinion", Tags: tags,
		Summary: "What the profile has to do with a film", Errors: []int{404},
	}, func(ctx context.Context, in *movieID) (*opinionAnswer, error) { return s.opinion(ctx, in.ID) })
}

func (s *server) setListed(ctx context.Context, movieID string, listed bool) error {
	err := s.Films.SetListed(ctx, viewerOf(ctx), me(ctx).Profile.Limit, movieID, listed)
	if err == nil {
		s.tellOfList(ctx, movieID, listed)
	}
	return err
}

func (s *server) opinion(ctx context.Context, filmID string) (*opinionAnswer, error) {
	o, err := s.Films.Opinion(ctx, viewerOf(ctx), me(ctx).Profile.Limit, filmID)
	if err != nil {
		return nil, err
	}
	return &opinionAnswer{Opinion{Listed: !o.ListedAt.IsZero(), Stars: o.Stars}}, nil
}
