package mongostore

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Taken is what became of films that were taken over.
type Taken struct {
	Added   int // were not here
	Renewed int // were here in an older version
	Here    int // were here as they are, or newer: somebody changed them here since
}

// Take takes films over from another store: as they are, with their ids, versions and trends.
// Doing it again takes what changed there since. A film whose TMDB id another one has here is
// fault.Conflict, code "film_exists"; it and those after it are not taken.
func (s Films) Take(ctx context.Context, films []catalog.Stored) (taken Taken, err error) {
	const op = "mongostore.take_films"
	ids, documents := make([]string, len(films)), make([]document, len(films))
	var genres []catalog.Genre
	for i, film := range films {
		if documents[i], err = documentOf(op, film); err != nil {
			return taken, err
		}
		ids[i], genres = film.Film.ID, append(genres, documents[i].Genres...)
	}
	here, err := s.versions(ctx, ids)
	if err != nil {
		return taken, s.db.fail(op, err)
	}
	if err := s.noteGenres(ctx, genres); err != nil {
		return taken, s.db.fail(op, err)
	}
	var fresh []document
	for _, d := range documents {
		have, there := here[d.ID]
		switch {
		case !there:
			fresh = append(fresh, d)
			continue
		case have.Version > d.Version || have.Version == d.Version && have.Trend >= d.Trend:
			taken.Here++
			continue
		}
		d.Trend = max(d.Trend, have.Trend)
		d.Places[placeFields[catalog.Trending]] = placeOf(d.Trend, d.ID)
		if err := s.renew(ctx, d); err != nil {
			return taken, s.db.fail(op, conflict(op, d, err))
		}
		taken.Renewed++
	}
	if len(fresh) > 0 {
		if err := insertNew(ctx, s.db.movies, fresh); err != nil {
			return taken, s.db.fail(op, err)
		}
	}
	taken.Added = len(fresh)
	return taken, s.allHere(ctx, op, fresh)
}

// held is what is looked at of a film that is here.
type held struct {
	ID      string  `bson:"_id"`
	Version int64   `bson:"version"`
	Trend   float64 `bson:"trend"`
}

func (s Films) versions(ctx context.Context, ids []string) (map[string]held, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	cursor, err := s.db.movies.Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}},
		options.Find().SetProjection(bson.D{{Key: "version", Value: 1}, {Key: "trend", Value: 1}}))
	if err != nil {
		return nil, err
	}
	var list []held
	if err := cursor.All(ctx, &list); err != nil {
		return nil, err
	}
	all := make(map[string]held, len(list))
	for _, one := range list {
		all[one.ID] = one
	}
	return all, nil
}

// renew sets every field of a film that is here.
func (s Films) renew(ctx context.Context, d document) error {
	change, err := changeOf(d)
	if err != nil {
		return err
	}
	change = append(change, bson.E{Key: "$set", Value: append(change[0].Value.(bson.D),
		bson.E{Key: "trend", Value: d.Trend}, bson.E{Key: "places.trending", Value: d.Places[placeFields[catalog.Trending]]})})[1:]
	_, err = s.db.movies.UpdateOne(ctx, bson.D{{Key: "_id", Value: d.ID}}, change)
	return err
}

// allHere makes sure that films which were inserted are: one that shares its TMDB id with
// another was left out without a word.
func (s Films) allHere(ctx context.Context, op string, fresh []document) error {
	ids := make([]string, len(fresh))
	for i, d := range fresh {
		ids[i] = d.ID
	}
	here, err := s.versions(ctx, ids)
	if err != nil {
		return s.db.fail(op, err)
	}
	for _, d := range fresh {
		if _, there := here[d.ID]; !there {
			return conflict(op, d, nil)
		}
	}
	return nil
}

func conflict(op string, d document, cause error) error {
	if cause != nil && !mongo.IsDuplicateKeyError(cause) {
		return cause
	}
	return &fault.Error{Kind: fault.Conflict, Op: op, Code: "film_exists", Cause: cause,
		Public: "MongoDB keeps another film of the TMDB id that “" + d.Title + "” (" + d.ID + ") has. Delete one of the two, or take the TMDB id away from it, and run this again."}
}

// allTaken is the note that all films of the main database were taken over.
const allTaken = "films of the main database are here"

// AllTaken tells when all films of the main database were taken over; the zero time when they
// were not.
func (d *DB) AllTaken(ctx context.Context) (time.Time, error) {
	var note struct {
		At time.Time `bson:"at"`
	}
	err := d.notes.FindOne(ctx, bson.D{{Key: "_id", Value: allTaken}}).Decode(&note)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return time.Time{}, nil
	}
	return note.At.UTC(), d.fail("mongostore.all_taken", err)
}

// NoteAllTaken notes that they were: from then on what is deleted here stays deleted.
func (d *DB) NoteAllTaken(ctx context.Context) error {
	return d.fail("mongostore.note_all_taken", insertNew(ctx, d.notes, []bson.D{{{Key: "_id", Value: allTaken}, {Key: "at", Value: time.Now().UTC()}}}))
}

// Name says where the films are, without a password.
func (d *DB) Name() string { return d.name }
