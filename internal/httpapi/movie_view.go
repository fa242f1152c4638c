package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// Movie is a film as the app sees it: the same for everybody who may see it.
type Movie struct {
	ID               string               `json:"id" format:"uuid"`
	Version          int64                `json:"version" doc:"Grows with every change; an editor says which one they saw."`
	Kind             string               `json:"kind" enum:"movie"`
	TMDBID           int64                `json:"tmdbId,omitempty"`
	IMDBID           string               `json:"imdbId,omitempty" example:"tt0468569"`
	Title            string               `json:"title" doc:"In the first language there is, of the house's."`
	OriginalTitle    string               `json:"originalTitle,omitempty"`
	OriginalLanguage string               `json:"originalLanguage,omitempty" doc:"BCP 47."`
	Texts            map[string]MovieText `json:"texts" doc:"By language, BCP 47: en, pt-BR."`
	Released         string               `json:"released,omitempty" example:"2008-07-16" doc:"A day, a month or a year."`
	Year             int                  `json:"year,omitempty"`
	RuntimeMinutes   int                  `json:"runtimeMinutes,omitempty"`
	Genres           []MovieGenre         `json:"genres"`
	Collection       *MovieCollection     `json:"collection,omitempty"`
	Cast             []MoviePlayer        `json:"cast" doc:"In order of billing."`
	Directors        []string             `json:"directors"`
	Trailers         []MovieTrailer       `json:"trailers" doc:"Elsewhere; one of one's own is among the videos."`
	MaturityRating   Age                  `json:"maturityRating"`
	VoteAverage      float64              `json:"voteAverage" minimum:"0" maximum:"10"`
	VoteCount        int                  `json:"voteCount"`
	Poster           *Artwork             `json:"poster,omitempty" doc:"2:3."`
	Backdrop         *Artwork             `json:"backdrop,omitempty" doc:"16:9."`
	Video            *MovieVideo          `json:"video,omitempty" doc:"What plays when the film is played; absent while there is nothing of it."`
	Videos           []MovieVideo         `json:"videos" doc:"All there are: that one, other editions, trailers of one's own."`
	CreatedAt        time.Time            `json:"createdAt"`
	UpdatedAt        time.Time            `json:"updatedAt"`
}

// MovieText is what of a film is told in one language.
type MovieText struct {
	Title    string `json:"title" maxLength:"300"`
	Overview string `json:"overview,omitempty" maxLength:"10000"`
	Tagline  string `json:"tagline,omitempty" maxLength:"500"`
}

// MovieGenre is a genre in every language there is.
type MovieGenre struct {
	ID    int64             `json:"id"`
	Name  string            `json:"name"`
	Names map[string]string `json:"names" doc:"By language, BCP 47."`
}

// MovieCollection is films that belong together.
type MovieCollection struct {
	ID   int64  `json:"id"`
	Name string `json:"name" maxLength:"300"`
}

// MoviePlayer is somebody who plays in a film.
type MoviePlayer struct {
	Name      string   `json:"name"`
	Character string   `json:"character,omitempty"`
	Picture   *Artwork `json:"picture,omitempty"`
}

// MovieTrailer is a trailer elsewhere.
type MovieTrailer struct {
	Site string `json:"site" enum:"YouTube,Vimeo"`
	Key  string `json:"key" maxLength:"100"`
	Type string `json:"type,omitempty" example:"Trailer" maxLength:"40"`
	URL  string `json:"url" doc:"Of the page that plays it."`
}

// Artwork is one picture in several widths and two formats.
type Artwork struct {
	URL      string `json:"url" example:"/api/movies/0198…/images/poster-{width}.{format}?v=1a2b3c4d" doc:"Its addresses: put one of the widths in place of {width}, and avif or webp in place of {format}. What they lead to may be kept for good."`
	Widths   []int  `json:"widths" doc:"The narrowest first."`
	BlurHash string `json:"blurHash,omitempty"`
}

// MovieVideo is a video of a film.
type MovieVideo struct {
	ID              string  `json:"id" format:"uuid"`
	Part            string  `json:"part" enum:"current,edition,trailer"`
	Edition         string  `json:"edition,omitempty" doc:"What another cut is called."`
	Title           string  `json:"title"`
	Status          string  `json:"status" enum:"uploading,processing,ready,failed"`
	Playable        bool    `json:"playable"`
	DurationSeconds float64 `json:"durationSeconds,omitempty"`
	Width           int     `json:"width,omitempty"`
	Height          int     `json:"height,omitempty"`
	PosterURL       string  `json:"posterUrl,omitempty" doc:"Drawn artwork of the video's own, 2:3."`
	StillURL        string  `json:"stillUrl,omitempty" doc:"A frame of it, 16:9."`
	BlurHash        string  `json:"blurHash,omitempty" doc:"Of the still."`
	Credit          string  `json:"credit,omitempty" doc:"Of its makers, where the licence asks for it."`
}

// MovieCard is what a row, a grid and a search show of a film.
type MovieCard struct {
	ID              string            `json:"id" format:"uuid"`
	Title           string            `json:"title"`
	Titles          map[string]string `json:"titles" doc:"By language, BCP 47."`
	Year            int               `json:"year,omitempty"`
	RuntimeMinutes  int               `json:"runtimeMinutes,omitempty"`
	Genres          []MovieGenre      `json:"genres"`
	MaturityRating  Age               `json:"maturityRating"`
	VoteAverage     float64           `json:"voteAverage"`
	VoteCount       int               `json:"voteCount"`
	Poster          *Artwork          `json:"poster,omitempty"`
	Backdrop        *Artwork          `json:"backdrop,omitempty"`
	PosterURL       string            `json:"posterUrl,omitempty" doc:"Of its video, 2:3: for a film without a poster."`
	StillURL        string            `json:"stillUrl,omitempty" doc:"A frame of its video, 16:9: for a film without a backdrop."`
	StillBlurHash   string            `json:"stillBlurHash,omitempty"`
	VideoID         string            `json:"videoId,omitempty" format:"uuid"`
	Playable        bool              `json:"playable" doc:"Can be watched now."`
	DurationSeconds float64           `json:"durationSeconds,omitempty" doc:"Of its video."`
}

// viewOfMovie returns a film as the app sees it.
func viewOfMovie(f catalog.Shown) Movie {
	votes, mean := f.Rated()
	out := Movie{
		ID: f.ID, Version: f.Seen(), Kind: string(f.Kind), TMDBID: f.TMDBID, IMDBID: f.IMDBID,
		Title: f.Title(), OriginalTitle: f.OriginalTitle, OriginalLanguage: f.OriginalLanguage,
		Texts: map[string]MovieText{}, Released: f.Released, Year: f.Year(), RuntimeMinutes: f.RuntimeMinutes,
		Genres: viewOfGenres(f.Genres), Cast: []MoviePlayer{}, Directors: append([]string{}, f.Directors...), Trailers: []MovieTrailer{},
		MaturityRating: ageOf(f.Maturity), VoteAverage: mean, VoteCount: votes,
		Poster: artworkOf(f.ID, "poster", f.Poster), Backdrop: artworkOf(f.ID, "backdrop", f.Backdrop),
		Videos: []MovieVideo{}, CreatedAt: f.CreatedAt, UpdatedAt: f.UpdatedAt,
	}
	for language, t := range f.Texts {
		out.Texts[language] = MovieText(t)
	}
	if f.Collection != nil {
		out.Collection = &MovieCollection{f.Collection.ID, f.Collection.Name}
	}
	for i, p := range f.Cast {
		player := MoviePlayer{Name: p.Name, Character: p.Character}
		if p.Picture != "" {
			player.Picture = artworkOf(f.ID, "cast-"+strconv.Itoa(i), catalog.Picture{Key: p.Picture, Widths: catalog.PersonWidths})
		}
		out.Cast = append(out.Cast, player)
	}
	for _, t := range f.Trailers {
		out.Trailers = append(out.Trailers, MovieTrailer{t.Site, t.Key, t.Type, t.URL()})
	}
	for _, v := range f.Videos {
		out.Videos = append(out.Videos, viewOfMovieVideo(v))
	}
	if v, ok := f.Current(); ok {
		view := viewOfMovieVideo(v)
		out.Video = &view
	}
	return out
}

func viewOfMovieVideo(v catalog.Video) MovieVideo {
	return MovieVideo{
		ID: v.ID, Part: string(v.Of.Part), Edition: v.Of.Edition, Title: v.Title, Status: string(v.Status), Playable: v.Playable,
		DurationSeconds: v.DurationSeconds, Width: v.Width, Height: v.Height, BlurHash: v.BlurHash, Credit: v.Credit,
		PosterURL: imageURL(v.ID, "poster", v.PosterKey), StillURL: imageURL(v.ID, "still", v.StillKey),
	}
}

// viewOfCard returns what rows show of a film.
func viewOfCard(f catalog.Shown) MovieCard {
	votes, mean := f.Rated()
	out := MovieCard{
		ID: f.ID, Title: f.Title(), Titles: map[string]string{}, Year: f.Year(), RuntimeMinutes: f.RuntimeMinutes,
		Genres: viewOfGenres(f.Genres), MaturityRating: ageOf(f.Maturity), VoteAverage: mean, VoteCount: votes,
		Poster: artworkOf(f.ID, "poster", f.Poster), Backdrop: artworkOf(f.ID, "backdrop", f.Backdrop),
	}
	for language, t := range f.Texts {
		out.Titles[language] = t.Title
	}
	if v, ok := f.Current(); ok {
		out.VideoID, out.Playable, out.DurationSeconds = v.ID, v.Playable, v.DurationSeconds
		if out.Poster == nil {
			out.PosterURL = imageURL(v.ID, "poster", v.PosterKey)
		}
		if out.Backdrop == nil {
			out.StillURL, out.StillBlurHash = imageURL(v.ID, "still", v.StillKey), v.BlurHash
		}
	}
	return out
}

func viewOfCards(films []catalog.Shown) []MovieCard {
	out := make([]MovieCard, 0, len(films))
	for _, f := range films {
		out = append(out, viewOfCard(f))
	}
	return out
}

func viewOfGenres(genres []catalog.Genre) []MovieGenre {
	out := make([]MovieGenre, 0, len(genres))
	for _, g := range genres {
		view := MovieGenre{ID: g.ID, Name: g.Name, Names: map[string]string{}}
		for _, language := range catalog.Languages {
			view.Names[language] = catalog.GenreName(g, language)
		}
		out = append(out, view)
	}
	return out
}

// artworkOf returns the addresses of a picture, nil when there is none.
func artworkOf(filmID, kind string, p catalog.Picture) *Artwork {
	if p.Key == "" {
		return nil
	}
	return &Artwork{URL: pictureURL(filmID, kind+"-{width}.{format}", p.Key), Widths: append([]int{}, p.Widths...), BlurHash: p.BlurHash}
}

// pictureURL is the address of one of a film's pictures. Objects never change, so the version
// is that of the key: another picture has another address.
func pictureURL(filmID, name, key string) string {
	version := sha256.Sum256([]byte(key))
	return "/api/movies/" + filmID + "/images/" + name + "?v=" + hex.EncodeToString(version[:4])
}
