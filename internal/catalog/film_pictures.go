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

// PictureOf returns the object of a picture by its name: "poster-342.avif", "backdrop-1280.webp"
// or "cast-0".
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
	kind, rest, _ := strings.Cut(name, "-")
	width, format, _ := strings.Cut(rest, ".")
	number, err := strconv.Atoi(width)
	if err != nil {
		return StoredPicture{}, none
	}
	picture := known.Poster
	switch kind {
	case "cast":
		if format != "" || number < 0 || number >= len(known.Cast) || known.Cast[number] == "" {
			return StoredPicture{}, none
		}
		return StoredPicture{known.Cast[number], pictureTypes["webp"]}, nil
	case "poster":
	case "backdrop":
		picture = known.Backdrop
	default:
		return StoredPicture{}, none
	}
	if picture.Key == "" || pictureTypes[format] == "" || !slices.Contains(picture.Widths, number) {
		return StoredPicture{}, none
	}
	return StoredPicture{picture.Key + "-" + width + "." + format, pictureTypes[format]}, nil
}

// SetPicture gives a film another poster or backdrop. The one before goes with the film: who is
// looking at it goes on.
func (f *Films) SetPicture(ctx context.Context, id, kind string, r io.Reader) (Shown, error) {
	const op = "catalog.set_picture"
	if _, err := f.Store.Film(ctx, id); err != nil {
		return Shown{}, fault.Wrap(op, err)
	}
	picture, err := f.Draw(ctx, id, kind, r)
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
