package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// Home is the first page: its rows, from the top.
type Home struct {
	Rows []HomeRow `json:"rows" doc:"None of them is empty."`
}

// HomeRow is one row of films.
type HomeRow struct {
	ID      string      `json:"id" example:"genre-18" doc:"Tells the rows of one page apart."`
	Kind    string      `json:"kind" enum:"trending,popular,new,top-rated,list,genre,because"`
	Genre   *MovieGenre `json:"genre,omitempty" doc:"Of a row of one genre."`
	Because *Because    `json:"because,omitempty" doc:"Of a row that follows from a film."`
	Items   []MovieCard `json:"items"`
}

// Because is the film that a row follows from.
type Because struct {
	Action string            `json:"action" enum:"watched,liked"`
	Movie  string            `json:"movieId" format:"uuid"`
	Titles map[string]string `json:"titles" doc:"By language, BCP 47."`
	Title  string            `json:"title"`
}

func (s *server) homeRoutes() {
	s.document(ForViewers, &huma.Operation{
		OperationID: "home", Method: http.MethodGet, Path: "/home", Tags: []string{"movies"},
		Summary: "The rows of the first page", Description: "Those of the house and those of the profile, in one answer. " + staleDoc,
		Responses: answersWith[Home](s, "The rows."),
	}, s.home)
}

func viewOfRow(r catalog.Row) HomeRow {
	out := HomeRow{ID: r.ID(), Kind: string(r.Kind), Items: viewOfCards(r.Films)}
	if r.Genre.ID != 0 {
		out.Genre = &viewOfGenres([]catalog.Genre{r.Genre})[0]
	}
	if r.Because != nil {
		card := viewOfCard(catalog.Shown{Film: *r.Because})
		out.Because = &Because{Action: string(r.Action), Movie: card.ID, Title: card.Title, Titles: card.Titles}
	}
	return out
}

func viewOfRows(rows []catalog.Row) []HomeRow {
	out := make([]HomeRow, 0, len(rows))
	for _, r := range rows {
		out = append(out, viewOfRow(r))
	}
	return out
}

func (s *server) home(w http.ResponseWriter, r *http.Request) {
	kept, err := s.keptHome(r.Context())
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	kept.Body = slices.Concat([]byte(`{"rows":`), kept.Body, []byte(`}`))
	sendKept(w, r, kept)
}

// keptHome is the rows of who asks, an array.
func (s *server) keptHome(ctx context.Context) (catalog.Kept, error) {
	return s.Films.KeptHome(ctx, viewerOf(ctx), me(ctx).Profile.Limit, func(rows []catalog.Row) ([]byte, error) {
		return json.Marshal(viewOfRows(rows))
	})
}
