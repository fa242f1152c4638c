package catalog

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"github.com/kkmovies/kkmovies/internal/catalog/search"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// OfNone is of a video that somebody took away from its film: it is given none by itself.
var OfNone = Belonging{Part: Nothing}

// Nothing is the part of a video that belongs to no film because somebody said so.
const Nothing Part = "none"

const maxEdition = 100

// parts are what a video may be to its film.
var parts = []Part{Current, Edition, Extra}

// Attach says which film a video is of, and returns what was said.
func (f *Films) Attach(ctx context.Context, videoID string, to Belonging) (Belonging, error) {
	const op = "catalog.attach"
	if to.Part == "" {
		to.Part = Current
	}
	if !slices.Contains(parts, to.Part) {
		return to, fault.New(fault.Invalid, op, "bad_part", "A video is the current one of its film, another edition, or a trailer.")
	}
	if to.Part != Edition {
		to.Edition = ""
	}
	if to.Edition != "" {
		var err error
		if to.Edition, err = CleanTitle(to.Edition); err != nil || len(to.Edition) > maxEdition {
			return to, fault.New(fault.Invalid, op, "bad_edition", "An edition is called by 1 to 100 characters, none of them hidden.")
		}
	}
	return to, f.attach(ctx, videoID, to)
}

// attach does so, and gives the video the film's rating: who may not see the one may not see
// the other. The film it was of before changes too.
func (f *Films) attach(ctx context.Context, videoID string, to Belonging) error {
	const op = "catalog.attach"
	video, err := f.Videos.Video(ctx, videoID)
	if err != nil {
		return fault.Wrap(op, err)
	}
	film := Film{}
	if to.FilmID != "" {
		if film, err = f.Store.Film(ctx, to.FilmID); fault.Is(err, fault.NotFound) {
			return fault.New(fault.Invalid, op, "no_such_movie", "There is no film with this movieId.")
		}
		if err != nil {
			return fault.Wrap(op, err)
		}
	}
	to.TMDBID = film.TMDBID
	if err := f.Videos.Attach(ctx, videoID, to); err != nil {
		return fault.Wrap(op, err)
	}
	f.changed(ctx, slices.DeleteFunc([]string{video.Of.FilmID, to.FilmID}, func(id string) bool { return id == "" })...)
	if to.FilmID == "" {
		return nil
	}
	return f.followed(ctx, film)
}

// Detach takes a video away from its film.
func (f *Films) Detach(ctx context.Context, videoID string) error {
	return f.attach(ctx, videoID, OfNone)
}

// followed lets the videos of a film follow what became of it: they have its rating, unless
// nobody has rated it, and the current one its TMDB id.
func (f *Films) followed(ctx context.Context, film Film) error {
	const op = "catalog.followed"
	videos, err := f.Videos.VideosOf(ctx, film.ID)
	if err != nil {
		return fault.Wrap(op, err)
	}
	_, rated := film.Maturity.Age()
	for _, v := range videos[film.ID] {
		if rated && v.Rating != film.Maturity {
			if err := f.Videos.SetRating(ctx, v.ID, film.Maturity); err != nil && !fault.Is(err, fault.NotFound) {
				return fault.Wrap(op, err)
			}
		}
		if v.Of.Part == Current && v.Of.TMDBID != film.TMDBID {
			v.Of.TMDBID = film.TMDBID
			if err := f.Videos.Attach(ctx, v.ID, v.Of); err != nil && !fault.Is(err, fault.NotFound) {
				return fault.Wrap(op, err)
			}
		}
	}
	return nil
}

// RateVideo says from which age a video is for somebody, and its film with it: who may not see
// the one may not see the other.
func (f *Films) RateVideo(ctx context.Context, videoID string, to Rating) error {
	const op = "catalog.rate_video"
	video, err := f.Videos.Video(ctx, videoID)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if err := f.Videos.SetRating(ctx, videoID, to); err != nil {
		return fault.Wrap(op, err)
	}
	if video.Of.FilmID == "" || video.Of.Part == Extra {
		return nil
	}
	_, err = f.replaceIf(ctx, video.Of.FilmID, func(film Film) (Film, bool, error) {
		before := film.Maturity
		film.Maturity = to
		return film, before != to, nil
	})
	if fault.Is(err, fault.NotFound) { // being deleted
		return nil
	}
	return err
}

// AttachNew makes a film for a video.
func (f *Films) AttachNew(ctx context.Context, videoID, title string, year int, to Belonging) (Belonging, error) {
	if _, err := f.Videos.Video(ctx, videoID); err != nil {
		return to, fault.Wrap("catalog.attach_new", err)
	}
	film, err := f.create(ctx, named(newFilmID(), title, year))
	if err != nil {
		return to, err
	}
	to.FilmID = film.ID
	return f.Attach(ctx, videoID, to)
}

func named(id, title string, year int) Film {
	film := Film{ID: id, Texts: map[string]Text{Languages[0]: {Title: title}}}
	if year > 0 {
		film.Released = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006")
	}
	return film
}

// AttachTMDB gives a video a film that TMDB knows, which is brought in when it is not here yet.
func (f *Films) AttachTMDB(ctx context.Context, videoID string, tmdbID int64, to Belonging) (Belonging, error) {
	const op = "catalog.attach_tmdb"
	if f.Source == nil {
		return to, noSource(op)
	}
	if _, err := f.Videos.Video(ctx, videoID); err != nil {
		return to, fault.Wrap(op, err)
	}
	there, err := f.Store.ByTMDB(ctx, []int64{tmdbID})
	if err != nil {
		return to, fault.Wrap(op, err)
	}
	if to.FilmID = there[tmdbID]; to.FilmID == "" {
		said, err := f.Source.Describe(ctx, tmdbID)
		if err != nil {
			return to, fault.Wrap(op, err)
		}
		said.Film.ID = newFilmID()
		film, err := f.createDescribed(ctx, said)
		if err != nil {
			return to, err
		}
		to.FilmID = film.ID
	}
	return f.Attach(ctx, videoID, to)
}

// Candidates lists films a title may be of, as TMDB knows them, told in a language.
func (f *Films) Candidates(ctx context.Context, title string, year int, language string) ([]Candidate, error) {
	const op = "catalog.candidates"
	if f.Source == nil {
		return nil, noSource(op)
	}
	matches, err := f.Source.Search(ctx, title, year, language)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	ids := make([]int64, len(matches))
	for i, m := range matches {
		ids[i] = m.TMDBID
	}
	there, err := f.Store.ByTMDB(ctx, ids)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	found := make([]Candidate, len(matches))
	for i, m := range matches {
		found[i] = Candidate{m, there[m.TMDBID]}
	}
	return found, nil
}

func noSource(op string) error {
	return fault.New(fault.Conflict, op, "no_tmdb", "This server does not ask TMDB: whoever runs it sets KK_TMDB_TOKEN.")
}

// MeetFilm names the job that finds the film of a video, or makes it, once its file is whole.
type MeetFilm struct {
	VideoID  string `json:"videoId"`
	FileName string `json:"fileName"` // "" when nobody knows it any more
}

// Kind is the job's name.
func (MeetFilm) Kind() string { return "catalog.meet_film" }

// Meet gives a video without a film the one of its title and year, or a new one. Doing it twice
// is doing it once: the new one's id follows from the video's.
func (f *Films) Meet(ctx context.Context, args MeetFilm) error {
	const op = "catalog.meet"
	video, err := f.Videos.Video(ctx, args.VideoID)
	if fault.Is(err, fault.NotFound) { // deleted since
		return nil
	}
	if err != nil || video.Of != (Belonging{}) {
		return fault.Wrap(op, err)
	}
	said := f.Guess(args.FileName)
	said.Title = video.Title // guessed too, unless somebody knew better
	filmID, err := f.known(ctx, said)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if filmID == "" {
		film := named(filmIDOf(video.ID), said.Title, said.Year)
		film.Maturity = video.Rating
		if created, err := f.create(ctx, film); err == nil {
			filmID = created.ID
		} else if _, there := f.Store.Film(ctx, film.ID); there == nil { // by this job, before it was cut short
			filmID = film.ID
		} else {
			return fault.Wrap(op, err)
		}
	}
	return f.Join(ctx, video.ID, filmID, said)
}

// Join makes a video one of a film's: the current one where there is none, else, since what
// plays goes on playing, an edition.
func (f *Films) Join(ctx context.Context, videoID, filmID string, said Guessed) error {
	to := Belonging{FilmID: filmID, Part: Current}
	if said.Trailer {
		to.Part = Extra
	}
	others, err := f.Videos.VideosOf(ctx, filmID)
	if err != nil {
		return fault.Wrap("catalog.join", err)
	}
	for _, other := range others[filmID] {
		if to.Part == Current && other.Of.Part == Current && other.ID != videoID {
			to.Part, to.Edition = Edition, said.Edition
		}
	}
	return f.attach(ctx, videoID, to)
}

// known returns the id of the film that a file is of, "" when there is none.
func (f *Films) known(ctx context.Context, said Guessed) (string, error) {
	if said.TMDBID != 0 {
		there, err := f.Store.ByTMDB(ctx, []int64{said.TMDBID})
		if err != nil || there[said.TMDBID] != "" {
			return there[said.TMDBID], err
		}
	}
	return f.titled(ctx, said.Title, said.Year)
}

// titled returns the id of the film of a title and a year, "" when there is none, or no telling
// which.
func (f *Films) titled(ctx context.Context, title string, year int) (string, error) {
	ids, err := f.holding(ctx, Rating{}, search.Facts{Titles: []string{title}}, rowFilms)
	if err != nil {
		return "", err
	}
	films, err := f.Store.Films(ctx, ids)
	if err != nil {
		return "", err
	}
	var found []string
	for _, film := range films {
		if !hasTitle(film, title) || year != 0 && film.Year() != 0 && film.Year() != year {
			continue
		}
		if year != 0 && film.Year() == year {
			return film.ID, nil
		}
		found = append(found, film.ID)
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return "", nil
}

func hasTitle(film Film, title string) bool {
	if sameTitle(film.OriginalTitle, title) {
		return true
	}
	for _, t := range film.Texts {
		if sameTitle(t.Title, title) {
			return true
		}
	}
	return false
}

// sameTitle compares what somebody hears of two titles: letters and digits, without accents.
func sameTitle(a, b string) bool {
	heard := func(text string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, norm.NFKD.String(text))
	}
	a, b = heard(a), heard(b)
	return a != "" && a == b
}

// filmIDOf is the id of the film that is made for a video: a UUIDv7 of the same moment.
func filmIDOf(videoID string) string {
	id, err := uuid.Parse(videoID)
	if err != nil {
		return newFilmID()
	}
	sum := sha256.Sum256([]byte("film of " + videoID))
	copy(id[6:], sum[:])
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id.String()
}

// Strays names the job that lets videos from before there were films meet theirs.
type Strays struct{}

// StraysEvery is how often that is done; the first time is when a server starts.
const StraysEvery = 24 * time.Hour

// Kind is the job's name.
func (Strays) Kind() string { return "catalog.strays" }

// MeetStrays enqueues MeetFilm for every video whose file is whole and that nobody has said of
// which film it is. Its title was made of the file's name, or given by somebody.
func (f *Films) MeetStrays(ctx context.Context, _ Strays) error {
	const op, most = "catalog.strays", 200
	var after *Cursor
	for {
		videos, err := f.Videos.Videos(ctx, Rating{}, after, most)
		if err != nil {
			return fault.Wrap(op, err)
		}
		for _, v := range videos {
			if v.Of == (Belonging{}) && v.Status != Uploading {
				if err := f.Enqueue(ctx, MeetFilm{VideoID: v.ID}); err != nil {
					return fault.Wrap(op, err)
				}
			}
		}
		if len(videos) < most {
			return nil
		}
		last := videos[len(videos)-1]
		after = &Cursor{CreatedAt: last.CreatedAt, ID: last.ID}
	}
}

// DiskUse is what a film takes of the disk.
type DiskUse struct {
	Bytes  int64
	Videos []VideoUse
}

// VideoUse is what one of its videos does.
type VideoUse struct {
	Video
	Bytes int64
}

// diskLife is long: adding up many objects takes its time, and nobody needs the last byte.
var diskLife = cache.Keep{Fresh: 10 * time.Minute, Stale: 50 * time.Minute, Within: time.Minute}

func diskKey(filmID string) string { return "disk:" + filmID }

// DiskUse adds up the objects of a film and of its videos, to some minutes.
func (f *Films) DiskUse(ctx context.Context, id string) (DiskUse, error) {
	const op = "catalog.disk_use"
	shown, err := f.Shown(ctx, Rating{}, id)
	if err != nil {
		return DiskUse{}, err
	}
	sizes, err := cache.Load(ctx, f.Cache, diskKey(id), diskLife, func(ctx context.Context) (map[string]int64, error) {
		sizes := map[string]int64{}
		folders := map[string][]string{"": {FilmFolder(id)}}
		for _, v := range shown.Videos {
			folders[v.ID] = []string{"videos/" + v.ID + "/", "originals/" + v.ID + "/"}
		}
		for of, prefixes := range folders {
			for _, prefix := range prefixes {
				for object, err := range f.Blobs.List(ctx, prefix) {
					if err != nil {
						return nil, err
					}
					sizes[of] += object.Size
				}
			}
		}
		return sizes, nil
	})
	if err != nil {
		return DiskUse{}, fault.Wrap(op, err)
	}
	use := DiskUse{Bytes: sizes[""], Videos: []VideoUse{}}
	for _, v := range shown.Videos {
		use.Bytes += sizes[v.ID]
		use.Videos = append(use.Videos, VideoUse{v, sizes[v.ID]})
	}
	return use, nil
}
