package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/catalog/metadata"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/upload"
)

// filmsBelow returns the files named, and the films in the folders named, each with what lies
// beside it; passed are the samples and extras among them, which are no films.
func filmsBelow(paths []string) (films []metadata.Beside, passed []string, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, nil, fault.Wrap("app.import", err)
		}
		if !info.IsDir() { // what somebody names is a film, whatever it is called
			film := metadata.Beside{Path: path, Guessed: metadata.Guess(path)}
			around, err := filesIn(filepath.Dir(path), 1)
			if err != nil {
				return nil, nil, err
			}
			if i := slices.IndexFunc(metadata.Pair(around), func(b metadata.Beside) bool { return b.Path == filepath.Clean(path) }); i >= 0 {
				film = metadata.Pair(around)[i]
			}
			films = append(films, film)
			continue
		}
		files, err := filesIn(path, deepest)
		if err != nil {
			return nil, nil, err
		}
		found := map[string]metadata.Beside{}
		for _, b := range metadata.Pair(files) {
			found[b.Path] = b
		}
		for _, file := range files {
			if b, is := found[file]; is && upload.IsFilm(file) {
				films = append(films, b)
			} else if upload.IsFilm(file) {
				passed = append(passed, file)
			}
		}
	}
	return films, passed, nil
}

// deepest is how many folders below each other are looked through.
const deepest = 32

// filesIn lists the files in a folder and so many folders below it, in order.
func filesIn(folder string, deep int) (files []string, err error) {
	folder = filepath.Clean(folder)
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			if path != folder && strings.Count(strings.TrimPrefix(path, folder), string(filepath.Separator)) >= deep {
				return fs.SkipDir
			}
		case entry.Type().IsRegular():
			files = append(files, path)
		}
		return nil
	})
	return files, fault.Wrap("app.import", err)
}

// beside brings in what lies beside the films of an import, and notes in words what it took and
// what it could not.
type beside struct {
	h        *house
	language string // of texts that do not say theirs
	notes    []string
}

func (b *beside) note(what, format string, args ...any) {
	b.notes = append(b.notes, fmt.Sprintf("%-9s %s", what, fmt.Sprintf(format, args...)))
}

// bring keeps the film that a file is of as its .nfo and its pictures tell it, and returns its
// id: "" where nothing lies beside it, and its name is all there is.
func (b *beside) bring(ctx context.Context, file metadata.Beside) (filmID string, err error) {
	if file.NFO == "" && file.Poster == "" && file.Backdrop == "" {
		return "", nil
	}
	said, from := named(file), ""
	if file.NFO != "" {
		draft, err := readNFO(file.NFO, b.language)
		if err != nil {
			b.note("left out", "%s: %s The film comes in by its name.", file.NFO, explain(err))
		} else if said, err = b.told(ctx, file, draft); err != nil {
			return "", err
		} else {
			from = file.NFO
		}
	}
	// What is here need not be fetched.
	if file.Poster != "" {
		said.Poster = ""
	}
	if file.Backdrop != "" {
		said.Backdrop = ""
	}
	filmID, outcome, err := b.h.imports.Bring(ctx, said)
	if err != nil {
		return "", err
	}
	if from != "" {
		took := strings.Join(facts(said.Film), ", ")
		switch outcome {
		case catalog.Changed:
			took += " (the film was here: only what it lacked)"
		case catalog.Unchanged:
			took = "nothing new, the film was here with all of it"
		}
		b.note("took", "%s: %s", from, took)
	}
	return filmID, b.pictures(ctx, filmID, file)
}

// named is a film of which no more is known than the name of its file.
func named(file metadata.Beside) (said catalog.Described) {
	name := strings.TrimSuffix(filepath.Base(file.Path), filepath.Ext(file.Path))
	said.Film.Texts = map[string]catalog.Text{catalog.Languages[0]: {Title: cmp.Or(file.Guessed.Title, name)}}
	if file.Guessed.Year > 0 {
		said.Film.Released = time.Date(file.Guessed.Year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006")
	}
	said.Film.TMDBID, said.Film.IMDBID = file.Guessed.TMDBID, file.Guessed.IMDBID
	return said
}

// readNFO reads no more than one byte over the limit, which is enough to be refused.
func readNFO(path, language string) (metadata.Draft, error) {
	file, err := os.Open(path)
	if err != nil {
		return metadata.Draft{}, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, metadata.MaxNFO+1))
	if err != nil {
		return metadata.Draft{}, err
	}
	return metadata.NFO(text, language)
}

// told is the film of a .nfo. One that holds an address alone names a film that TMDB tells.
func (b *beside) told(ctx context.Context, file metadata.Beside, draft metadata.Draft) (catalog.Described, error) {
	for _, left := range draft.Left {
		b.note("left out", "%s, %s", file.NFO, left)
	}
	said, byName := draft.Described, named(file)
	if said.Film.Title() != "" {
		said.Film.TMDBID = cmp.Or(said.Film.TMDBID, byName.Film.TMDBID)
		said.Film.IMDBID = cmp.Or(said.Film.IMDBID, byName.Film.IMDBID)
		said.Film.Released = cmp.Or(said.Film.Released, byName.Film.Released)
		return said, nil
	}
	byName.Film.TMDBID = cmp.Or(said.Film.TMDBID, byName.Film.TMDBID)
	byName.Film.IMDBID = cmp.Or(said.Film.IMDBID, byName.Film.IMDBID)
	id := byName.Film.TMDBID
	switch {
	case id == 0:
		b.note("but", "%s names the film by IMDb's id alone; its title comes from the file's name", file.NFO)
	case b.h.films.Source == nil:
		b.note("but", "%s names film %d of TMDB, which is not asked: set KK_TMDB_TOKEN; its title comes from the file's name", file.NFO, id)
	default:
		from, err := b.h.films.Source.Describe(ctx, id)
		switch {
		case ctx.Err() != nil:
			return byName, ctx.Err()
		case err == nil:
			return from, nil
		case fault.Is(err, fault.NotFound):
			byName.Film.TMDBID = 0
			b.note("but", "%s names film %d of TMDB, which TMDB does not know; its title comes from the file's name", file.NFO, id)
		default:
			b.note("but", "%s names film %d of TMDB, which does not tell it just now (%s); its title comes from the file's name", file.NFO, id, explain(err))
		}
	}
	return byName, nil
}

// facts are, in words, what is known of a film.
func facts(f catalog.Film) (list []string) {
	text := catalog.Text{}
	for _, t := range f.Texts {
		text.Title, text.Overview, text.Tagline = cmp.Or(text.Title, t.Title), cmp.Or(text.Overview, t.Overview), cmp.Or(text.Tagline, t.Tagline)
	}
	fact := func(is bool, what string) {
		if is {
			list = append(list, what)
		}
	}
	several := func(n int, one, more string) {
		fact(n == 1, one)
		fact(n > 1, fmt.Sprintf("%d %s", n, more))
	}
	fact(text.Title != "", "title")
	fact(f.Released != "", "year")
	fact(text.Overview != "", "plot")
	fact(text.Tagline != "", "tagline")
	several(len(f.Genres), "genre", "genres")
	several(len(f.Cast), "one of the cast", "of the cast")
	several(len(f.Directors), "director", "directors")
	fact(f.RuntimeMinutes > 0, "runtime")
	fact(f.Maturity != catalog.Rating{}, "age rating")
	fact(f.Collection != nil, "collection")
	several(len(f.Trailers), "trailer", "trailers")
	fact(f.TMDBID != 0, "TMDB "+strconv.FormatInt(f.TMDBID, 10))
	fact(f.IMDBID != "", "IMDb "+f.IMDBID)
	return list
}

// pictures gives a film those that lie beside it, unless it has some: an editor may have chosen
// them. One that cannot be used is named, and the film is there all the same.
func (b *beside) pictures(ctx context.Context, filmID string, file metadata.Beside) error {
	film, err := b.h.films.Store.Film(ctx, filmID)
	if err != nil {
		return err
	}
	for _, p := range []struct {
		kind, path string
		has        catalog.Picture
	}{{"poster", file.Poster, film.Poster}, {"backdrop", file.Backdrop, film.Backdrop}} {
		if p.path == "" {
			continue
		}
		if p.has.Key != "" {
			b.note("left out", "%s: the film has a %s", p.path, p.kind)
			continue
		}
		err := b.picture(ctx, filmID, p.kind, p.path)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			b.note("left out", "%s: %s", p.path, explain(err))
			continue
		}
		b.note("took", "%s as its %s", p.path, p.kind)
	}
	return nil
}

func (b *beside) picture(ctx context.Context, filmID, kind, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = b.h.films.SetPicture(ctx, filmID, kind, file)
	return err
}
