package catalog

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// FilmFolder is where the pictures of a film are stored.
func FilmFolder(filmID string) string { return "films/" + filmID + "/" }

// StoredPicture is one object of a picture.
type StoredPicture struct {
	Key         string
	ContentType string
}

// pictureTypes are the formats of artwork.
var pictureTypes = map[string]string{"avif": "image/avif", "webp": "image/webp"}

// pictureLife is of the film that a picture is asked of, many at once.
var pictureLife = cache.Keep{Fresh: 15 * time.Second, Stale: time.Hour, Within: filmLife.Within}

// pictures are what is kept of a film to find its pictures.
type pictures struct {
	Maturity Rating
	Poster   Picture
	Backdrop Picture
	Cast     []string
}

func picturesKey(id string) string { return "pictures:" + id }

// PersonWidths are those that pictures of people are in. Player.Picture is the widest, as WebP.
var PersonWidths = []int{120, 240}

const personSuffix = "-240.webp"

// PictureOf returns the object of a picture by its name: "poster-320.avif", "backdrop-960.webp"
// or, of the first of the cast, "cast-0-120.avif".
func (f *Films) PictureOf(ctx context.Context, limit Rating, id, name string) (StoredPicture, error) {
	const op = "catalog.picture"
	none := fault.New(fault.NotFound, op, "", "")
	known, err := cache.Load(ctx, f.Cache, picturesKey(id), pictureLife, func(ctx context.Context) (pictures, error) {
		film, err := f.Store.Film(ctx, id)
		p := pictures{Maturity: film.Maturity, Poster: film.Poster, Backdrop: film.Backdrop}
		for _, player := range film.Cast {
			p.Cast = append(p.Cast, player.Picture)
		}
		return p, err
	})
	if err != nil {
		return StoredPicture{}, fault.Wrap(op, err)
	}
	if !known.Maturity.Within(limit) {
		return StoredPicture{}, none
	}
	at := strings.LastIndexByte(name, '-')
	if at < 0 {
		return StoredPicture{}, none
	}
	width, format, _ := strings.Cut(name[at+1:], ".")
	wide, err := strconv.Atoi(width)
	picture := known.of(name[:at])
	if err != nil || picture.Key == "" || pictureTypes[format] == "" || !slices.Contains(picture.Widths, wide) {
		return StoredPicture{}, none
	}
	return StoredPicture{picture.Key + "-" + width + "." + format, pictureTypes[format]}, nil
}

// of returns a picture by what it shows, the zero one where there is none.
func (p pictures) of(what string) Picture {
	switch what {
	case "poster":
		return p.Poster
	case "backdrop":
		return p.Backdrop
	}
	number, cast := strings.CutPrefix(what, "cast-")
	if n, err := strconv.Atoi(number); cast && err == nil && n >= 0 && n < len(p.Cast) {
		if key, known := strings.CutSuffix(p.Cast[n], personSuffix); known {
			return Picture{Key: key, Widths: PersonWidths}
		}
	}
	return Picture{}
}

// maxPicture is how many bytes a picture may have.
const maxPicture = 20 << 20

// SetPicture gives a film another poster or backdrop. The one before goes with the film: who is
// looking at it goes on.
func (f *Films) SetPicture(ctx context.Context, id, kind string, r io.Reader) (Shown, error) {
	const op = "catalog.set_picture"
	if _, err := f.Store.Film(ctx, id); err != nil {
		return Shown{}, fault.Wrap(op, err)
	}
	file, err := io.ReadAll(io.LimitReader(r, maxPicture+1))
	if err != nil {
		return Shown{}, fault.Wrap(op, err)
	}
	if len(file) > maxPicture {
		return Shown{}, fault.New(fault.TooLarge, op, "too_large", "A picture has 20 MB at most.")
	}
	picture, err := f.Draw(ctx, id, kind, file)
	if err != nil {
		return Shown{}, fault.Wrap(op, err)
	}
	return f.replace(ctx, id, func(film Film) (Film, error) {
		if kind == "poster" {
			film.Poster = picture
		} else {
			film.Backdrop = picture
		}
		return film, nil
	})
}
