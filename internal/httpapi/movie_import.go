package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// MovieCandidate is a film as TMDB knows it, which one of ours may be.
type MovieCandidate struct {
	TMDBID        int64  `json:"tmdbId"`
	Title         string `json:"title"`
	OriginalTitle string `json:"originalTitle,omitempty"`
	Released      string `json:"released,omitempty"`
	Overview      string `json:"overview,omitempty"`
	MovieID       string `json:"movieId,omitempty" format:"uuid" doc:"Of the film that is it, where it is here already."`
}

type candidateList struct {
	Items []MovieCandidate `json:"items"`
}

// MovieImport is how far an import has come.
type MovieImport struct {
	ID         string        `json:"id" format:"uuid"`
	Source     string        `json:"source" enum:"csv,json,nfo,tmdb"`
	Status     string        `json:"status" enum:"waiting,running,done,failed"`
	Total      int           `json:"total" doc:"Films that were read; 0 until they are."`
	Done       int           `json:"done"`
	Created    int           `json:"created"`
	Changed    int           `json:"changed"`
	Unchanged  int           `json:"unchanged"`
	Failed     int           `json:"failed"`
	Problems   []ImportFault `json:"problems" doc:"The first hundred."`
	CreatedAt  time.Time     `json:"createdAt"`
	FinishedAt *time.Time    `json:"finishedAt,omitempty"`
}

// ImportFault is one film that could not be imported.
type ImportFault struct {
	Where string `json:"where" example:"line 12"`
	What  string `json:"what"`
}

type importAnswer struct{ Body MovieImport }

type importList struct {
	Items []MovieImport `json:"items"`
}

// Imports bring films in, in the background.
type Imports interface {
	Begin(ctx context.Context, order catalog.ImportOrder) (catalog.Import, error)
	Latest(ctx context.Context) ([]catalog.Import, error)
	State(ctx context.Context, id string) (catalog.Import, error)
}

// maxImport is of one request; more films come in by `kkmovies import`.
const maxImport = 16 << 20

func (s *server) movieImportRoutes() {
	tags := []string{"import"}
	register(s, ForEditors, huma.Operation{
		OperationID: "searchMetadata", Method: http.MethodGet, Path: "/metadata/search", Tags: tags,
		Summary: "Films that TMDB knows by a title", Errors: []int{409, 503},
		Description: "Needs KK_TMDB_TOKEN; without it the answer is 409, no_tmdb.",
	}, func(ctx context.Context, in *struct {
		Title    string `query:"title" required:"true" minLength:"1" maxLength:"300"`
		Year     int    `query:"year" minimum:"0" maximum:"2200"`
		Language string `query:"language" enum:"en,pt-BR" default:"en"`
	}) (*struct{ Body candidateList }, error) {
		found, err := s.Films.Candidates(ctx, in.Title, in.Year, in.Language)
		out := &struct{ Body candidateList }{candidateList{Items: []MovieCandidate{}}}
		for _, c := range found {
			out.Body.Items = append(out.Body.Items, MovieCandidate{c.TMDBID, c.Title, c.OriginalTitle, c.Released, c.Overview, c.FilmID})
		}
		return out, err
	})

	register(s, ForEditors, huma.Operation{
		OperationID: "importMovies", Method: http.MethodPost, Path: "/movies/import", Tags: tags,
		Summary: "Bring films in", DefaultStatus: http.StatusAccepted, MaxBodyBytes: maxImport + 4096, Errors: []int{409, 413},
		Description: "From CSV, JSON or a Kodi or Jellyfin .nfo, as text, or from TMDB by their ids. It goes on in the background; a film that is here already is changed.",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Format  string  `json:"format" enum:"csv,json,nfo,tmdb"`
			Text    string  `json:"text,omitempty" maxLength:"16777216"`
			TMDBIDs []int64 `json:"tmdbIds,omitempty" maxItems:"10000"`
		}
	}) (*importAnswer, error) {
		state, err := s.Imports.Begin(ctx, catalog.ImportOrder{Source: catalog.ImportSource(in.Body.Format), Text: in.Body.Text, TMDBIDs: in.Body.TMDBIDs})
		if err != nil {
			return nil, err
		}
		remark(ctx, "import %s of %s", state.ID, state.Source)
		return &importAnswer{viewOfImport(state)}, nil
	})

	register(s, ForEditors, huma.Operation{
		OperationID: "listImports", Method: http.MethodGet, Path: "/imports", Tags: tags,
		Summary: "The last imports, newest first",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body importList }, error) {
		list, err := s.Imports.Latest(ctx)
		out := &struct{ Body importList }{importList{Items: []MovieImport{}}}
		for _, one := range list {
			out.Body.Items = append(out.Body.Items, viewOfImport(one))
		}
		return out, err
	})

	register(s, ForEditors, huma.Operation{
		OperationID: "getImport", Method: http.MethodGet, Path: "/imports/{id}", Tags: tags,
		Summary: "How far an import has come", Errors: []int{404},
	}, func(ctx context.Context, in *movieID) (*importAnswer, error) {
		state, err := s.Imports.State(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &importAnswer{viewOfImport(state)}, nil
	})
}

func viewOfImport(i catalog.Import) MovieImport {
	out := MovieImport{
		ID: i.ID, Source: string(i.Source), Status: string(i.Status), Total: i.Total, Done: i.Done, Created: i.Created, Changed: i.Changed,
		Unchanged: i.Unchanged, Failed: i.Failed, Problems: []ImportFault{}, CreatedAt: i.CreatedAt,
	}
	for _, p := range i.Problems {
		out.Problems = append(out.Problems, ImportFault{p.Where, p.What})
	}
	if !i.FinishedAt.IsZero() {
		out.FinishedAt = &i.FinishedAt
	}
	return out
}
