package catalog

import (
	"context"
	"time"
)

// Opinion is what one profile has to do with one film.
type Opinion struct {
	FilmID    string
	ListedAt  time.Time // when it was put on the profile's list; zero when it is not there
	Stars     int       // 1 to 10; 0 when it was not rated
	StartedAt time.Time // when it was last begun; zero when it never was
}

// Viewer is whose opinion it is.
type Viewer struct{ UserID, ProfileID string }

// ListPlace is a place in a profile's list, newest first.
type ListPlace struct {
	ListedAt time.Time
	FilmID   string
}

// Together is a film that was begun by who also began another, and by how many.
type Together struct {
	FilmID string
	By     int
}

// OpinionStore keeps what viewers have to do with films, always in the main database. That a
// film is there is for the caller to see: it may be in another.
type OpinionStore interface {
	// Opinion is empty, but for the film, where there is none.
	Opinion(ctx context.Context, v Viewer, filmID string) (Opinion, error)
	// SetListed puts a film on the list or, with the zero time, takes it off. One that is
	// there keeps its place.
	SetListed(ctx context.Context, v Viewer, filmID string, at time.Time) error
	// SetStars rates a film; 0 takes the rating away.
	SetStars(ctx context.Context, v Viewer, filmID string, stars int) error
	// Started notes that a film was begun.
	Started(ctx context.Context, v Viewer, filmID string, at time.Time) error
	// MyList is a page of a profile's list, newest first.
	MyList(ctx context.Context, v Viewer, after *ListPlace, most int) ([]Opinion, error)
	// Liked lists the films a profile begun last or rated 7 stars and up, latest first.
	Liked(ctx context.Context, v Viewer, most int) ([]Opinion, error)
	// Stars returns how many rated a film and the mean of their stars.
	Stars(ctx context.Context, filmID string) (count int, mean float64, err error)
	// Together lists the films begun by most of those who began this one.
	Together(ctx context.Context, filmID string, most int) ([]Together, error)
	// FilmGone forgets a film that was deleted. Doing it twice is doing it once.
	FilmGone(ctx context.Context, filmID string) error
}

// Part is what a video is to its film.
type Part string

const (
	Current Part = "current" // what plays when the film is played; a film has one at most
	Edition Part = "edition" // another cut
	Extra   Part = "trailer" // a trailer of one's own
)

// Belonging says which film a video is of. The zero one: of none.
type Belonging struct {
	FilmID  string
	Part    Part
	Edition string // what an edition is called: "Director's cut"
	TMDBID  int64  // of the film; kept with its current video alone
}
