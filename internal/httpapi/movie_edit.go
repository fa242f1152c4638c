package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// MovieFields are what an editor says of a film. What is absent stays as it is.
type MovieFields struct {
	TMDBID           *int64               `json:"tmdbId,omitempty" minimum:"0" doc:"0: none."`
	IMDBID           *string              `json:"imdbId,omitempty" maxLength:"20"`
	OriginalTitle    *string              `json:"originalTitle,omitempty" maxLength:"300"`
	OriginalLanguage *string              `json:"originalLanguage,omitempty" maxLength:"35"`
	Texts            map[string]MovieText `json:"texts,omitempty" doc:"By language, BCP 47; all there are from now on, one at least."`
	Released         *string              `json:"released,omitempty" maxLength:"10" example:"2008-07-16"`
	RuntimeMinutes   *int                 `json:"runtimeMinutes,omitempty" minimum:"0" maximum:"6000"`
	Genres           *[]string            `json:"genres,omitempty" maxItems:"20" doc:"Their names, in any language of the house."`
	Collection       *MovieCollection     `json:"collection,omitempty" doc:"With id 0: none."`
	Cast             *[]MovieRole         `json:"cast,omitempty" maxItems:"200" doc:"In order of billing. A picture stays with its name."`
	Directors        *[]string            `json:"directors,omitempty" maxItems:"20"`
	Trailers         *[]MovieTrailerLink  `json:"trailers,omitempty" maxItems:"20"`
	MaturityRating   Age                  `json:"maturityRating,omitempty" required:"false"`
}

// MovieRole is who plays whom, as an editor says it.
type MovieRole struct {
	Name      string `json:"name" minLength:"1" maxLength:"200"`
	Character string `json:"character,omitempty" maxLength:"200"`
}

// MovieTrailerLink is a trailer elsewhere, as an editor says it.
type MovieTrailerLink struct {
	Site string `json:"site" enum:"YouTube,Vimeo"`
	Key  string `json:"key" minLength:"1" maxLength:"100"`
	Type string `json:"type,omitempty" maxLength:"40" example:"Trailer"`
}

func (m MovieFields) change() catalog.Change {
	c := catalog.Change{
		TMDBID: m.TMDBID, IMDBID: m.IMDBID, OriginalTitle: m.OriginalTitle, OriginalLanguage: m.OriginalLanguage,
		Released: m.Released, RuntimeMinutes: m.RuntimeMinutes, Directors: m.Directors, Maturity: m.MaturityRating.changed(),
	}
	if m.Texts != nil {
		c.Texts = map[string]catalog.Text{}
		for language, t := range m.Texts {
			c.Texts[language] = catalog.Text(t)
		}
	}
	if m.Genres != nil {
		genres := []catalog.Genre{}
		for _, name := range *m.Genres {
			genres = append(genres, catalog.GenreOf(name))
		}
		c.Genres = &genres
	}
	if m.Collection != nil {
		c.Collection = &catalog.Collection{ID: m.Collection.ID, Name: m.Collection.Name}
	}
	if m.Cast != nil {
		cast := []catalog.Player{}
		for _, p := range *m.Cast {
			cast = append(cast, catalog.Player{Name: p.Name, Character: p.Character})
		}
		c.Cast = &cast
	}
	if m.Trailers != nil {
		trailers := []catalog.Trailer{}
		for _, t := range *m.Trailers {
			trailers = append(trailers, catalog.Trailer{Site: t.Site, Key: t.Key, Type: t.Type})
		}
		c.Trailers = &trailers
	}
	return c
}

type movieAnswer struct{ Body Movie }

// MovieFile is a video of a film and what it takes of the disk.
type MovieFile struct {
	MovieVideo
	Bytes int64 `json:"bytes" doc:"Of all its objects: the original and everything made from it."`
}

// MovieFiles are all videos of a film.
type MovieFiles struct {
	Items []MovieFile `json:"items"`
	Bytes int64       `json:"bytes" doc:"Of all of them, and the film's pictures."`
}

// VideoFilm says which film a video is of.
type VideoFilm struct {
	MovieID string `json:"movieId,omitempty" format:"uuid" doc:"Absent: of none."`
	Part    string `json:"part,omitempty" enum:"current,edition,trailer"`
	Edition string `json:"edition,omitempty"`
}

const maxMovieBody = 256 << 10

func (s *server) movieEditRoutes() {
	tags := []string{"movies"}
	register(s, ForEditors, huma.Operation{
		OperationID: "createMovie", Method: http.MethodPost, Path: "/movies", Tags: tags,
		Summary: "Add a film", DefaultStatus: http.StatusCreated, MaxBodyBytes: maxMovieBody, Errors: []int{409},
	}, func(ctx context.Context, in *struct{ Body MovieFields }) (*movieAnswer, error) {
		f, err := s.Films.Create(ctx, in.Body.change())
		if err != nil {
			return nil, err
		}
		remark(ctx, "film %s %q", f.ID, f.Title())
		return &movieAnswer{viewOfMovie(f)}, nil
	})

	register(s, ForEditors, huma.Operation{
		OperationID: "changeMovie", Method: http.MethodPatch, Path: "/movies/{id}", Tags: tags,
		Summary: "Change a film", MaxBodyBytes: maxMovieBody, Errors: []int{404, 409},
		Description: "Say the version you saw: when another was quicker it is answered 409, film_changed, and nothing is changed.",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" format:"uuid"`
		Body struct {
			MovieFields
			Version int64 `json:"version" minimum:"1" doc:"That was seen."`
		}
	}) (*movieAnswer, error) {
		f, err := s.Films.Change(ctx, in.ID, in.Body.Version, in.Body.MovieFields.change())
		if err != nil {
			return nil, err
		}
		return &movieAnswer{viewOfMovie(f)}, nil
	})

	register(s, ForEditors, huma.Operation{
		OperationID: "deleteMovie", Method: http.MethodDelete, Path: "/movies/{id}", Tags: tags,
		Summary: "Remove a film", DefaultStatus: http.StatusNoContent, Errors: []int{404},
		Description: "Its videos are removed with it, or kept as videos of no film. Its pictures go in any case.",
	}, func(ctx context.Context, in *struct {
		ID     string `path:"id" format:"uuid"`
		Videos string `query:"videos" enum:"keep,remove" default:"keep"`
	}) (*struct{}, error) {
		remark(ctx, "videos: %s", in.Videos)
		return nil, s.Films.Delete(ctx, in.ID, in.Videos == "remove")
	})

	register(s, ForEditors, huma.Operation{
		OperationID: "listMovieVideos", Method: http.MethodGet, Path: "/movies/{id}/videos", Tags: tags,
		Summary: "The videos of a film and what they take of the disk", Errors: []int{404},
	}, s.listMovieVideos)

	register(s, ForEditors, huma.Operation{
		OperationID: "setVideoFilm", Method: http.MethodPost, Path: "/videos/{id}/film", Tags: []string{"videos"},
		Summary: "Say which film a video is of", MaxBodyBytes: 8192, Errors: []int{404, 409},
		Description: "Of one that is there, by movieId; of a new one, by create, or by tmdbId from TMDB; of none, by detach. " +
			"When it becomes what plays, the video that was before becomes an edition.",
	}, s.setVideoFilm)
	s.pictureRoutes(tags)
}

func (s *server) listMovieVideos(ctx context.Context, in *movieID) (*struct{ Body MovieFiles }, error) {
	use, err := s.Films.DiskUse(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body MovieFiles }{MovieFiles{Items: []MovieFile{}, Bytes: use.Bytes}}
	for _, v := range use.Videos {
		out.Body.Items = append(out.Body.Items, MovieFile{viewOfMovieVideo(v.Video), v.Bytes})
	}
	return out, nil
}

func (s *server) setVideoFilm(ctx context.Context, in *struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		MovieID string `json:"movieId,omitempty" format:"uuid"`
		Create  *struct {
			Title string `json:"title" minLength:"1" maxLength:"300"`
			Year  int    `json:"year,omitempty" minimum:"1870" maximum:"2200"`
		} `json:"create,omitempty"`
		TMDBID  int64  `json:"tmdbId,omitempty" minimum:"1" doc:"Of a film that TMDB knows; it is brought in when it is not here yet."`
		Detach  bool   `json:"detach,omitempty"`
		Part    string `json:"part,omitempty" enum:"current,edition,trailer" doc:"Current when absent."`
		Edition string `json:"edition,omitempty" maxLength:"100" doc:"What another cut is called."`
	}
}) (*struct{ Body VideoFilm }, error) {
	b := in.Body
	said := 0
	for _, one := range []bool{b.MovieID != "", b.Create != nil, b.TMDBID != 0, b.Detach} {
		if one {
			said++
		}
	}
	if said != 1 {
		return nil, fault.New(fault.Invalid, "httpapi.set_video_film", "which_film", "Say one of movieId, create, tmdbId and detach.")
	}
	part := catalog.Belonging{FilmID: b.MovieID, Part: catalog.Part(b.Part), Edition: b.Edition}
	var err error
	switch {
	case b.Create != nil:
		part, err = s.Films.AttachNew(ctx, in.ID, b.Create.Title, b.Create.Year, part)
	case b.TMDBID != 0:
		part, err = s.Films.AttachTMDB(ctx, in.ID, b.TMDBID, part)
	case b.Detach:
		part, err = catalog.Belonging{}, s.Films.Detach(ctx, in.ID)
	default:
		part, err = s.Films.Attach(ctx, in.ID, part)
	}
	if err != nil {
		return nil, err
	}
	remark(ctx, "film %s as %s", part.FilmID, part.Part)
	return &struct{ Body VideoFilm }{VideoFilm{part.FilmID, string(part.Part), part.Edition}}, nil
}
