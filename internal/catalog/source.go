package catalog

import "context"

// Described is a film as somebody else describes it: what is known of it, and where its
// pictures are. It is clean (Clean, Mend) and has no id of ours yet.
type Described struct {
	Film     Film
	Poster   string // address, "" when there is none
	Backdrop string
	People   []string // of each player of Film.Cast, in order; "" when there is none
}

// Match is a film that may be the one looked for.
type Match struct {
	TMDBID        int64
	Title         string // in the language asked for
	OriginalTitle string
	Released      string
	Overview      string
	Poster        string // address of a small one
	Popularity    float64
}

// Source is a service that knows films. What it does not know is fault.NotFound; when it does
// not answer, or has had enough of us for now, that is fault.Unavailable.
type Source interface {
	// Search returns films of a title, likeliest first. A year of 0 is any; language is one of Languages.
	Search(ctx context.Context, title string, year int, language string) ([]Match, error)
	// Describe returns all that is known of one.
	Describe(ctx context.Context, tmdbID int64) (Described, error)
}
