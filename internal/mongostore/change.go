package mongostore

import (
	"context"
	"errors"
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func (s Films) Create(ctx context.Context, film catalog.Stored) error {
	const op = "mongostore.create_film"
	film.Film.Version = 1
	d, err := documentOf(op, film)
	if err != nil {
		return err
	}
	if err := s.noteGenres(ctx, d.Genres); err != nil { // first: a genre without films is not told
		return s.db.fail(op, err)
	}
	_, err = s.db.movies.InsertOne(ctx, d)
	return s.db.fail(op, taken(op, err))
}

// taken says of a film that cannot be kept beside another why.
func taken(op string, err error) error {
	if mongo.IsDuplicateKeyError(err) {
		return &fault.Error{Kind: fault.Conflict, Op: op, Code: "film_exists", Public: "This film is in the catalogue already.", Cause: err}
	}
	return err
}

// noteGenres keeps the names of genres; the first that one came with stays.
func (s Films) noteGenres(ctx context.Context, genres []catalog.Genre) error {
	rows := map[int64]genre{}
	for _, g := range genres {
		if catalog.Storable(g.Name) {
			rows[g.ID] = genre(g)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return insertNew(ctx, s.db.genres, slices.Collect(maps.Values(rows)))
}

// insertNew inserts those documents that nothing keeps out: neither an id nor another unique
// field that is there already. MongoDB says which of many those were; a server that gives up
// at the first is asked for one after the other.
func insertNew[T any](ctx context.Context, into *mongo.Collection, documents []T) error {
	_, err := into.InsertMany(ctx, documents, options.InsertMany().SetOrdered(false))
	var failed mongo.BulkWriteException
	switch {
	case errors.As(err, &failed):
		if failed.WriteConcernError != nil || slices.ContainsFunc(failed.WriteErrors, func(e mongo.BulkWriteError) bool { return !mongo.IsDuplicateKeyError(e) }) {
			return err
		}
		return nil
	case !mongo.IsDuplicateKeyError(err):
		return err
	}
	for _, d := range documents {
		if _, err := into.InsertOne(ctx, d); err != nil && !mongo.IsDuplicateKeyError(err) {
			return err
		}
	}
	return nil
}

// Replace is one update of one document: whoever is second finds another version.
func (s Films) Replace(ctx context.Context, film catalog.Stored) error {
	const op = "mongostore.replace_film"
	d, err := documentOf(op, film)
	if err != nil {
		return err
	}
	if err := s.noteGenres(ctx, d.Genres); err != nil {
		return s.db.fail(op, err)
	}
	change, err := changeOf(d)
	if err != nil {
		return s.db.fail(op, err)
	}
	done, err := s.db.movies.UpdateOne(ctx, bson.D{{Key: "_id", Value: d.ID}, {Key: "version", Value: d.Version - 1}}, change)
	switch {
	case err != nil:
		return s.db.fail(op, taken(op, err))
	case done.MatchedCount == 1:
		return nil
	}
	if err := s.db.movies.FindOne(ctx, bson.D{{Key: "_id", Value: d.ID}}, options.FindOne().SetProjection(bson.D{{Key: "_id", Value: 1}})).Err(); err != nil {
		return s.db.fail(op, err)
	}
	return fault.New(fault.Conflict, op, "film_changed", "Somebody else has changed this film meanwhile. Look at it anew, then change it.")
}

// changeOf sets every field to that of a document but its id and its trend. A field is set as
// a whole, but for the places: that of the trend stays.
func changeOf(d document) (bson.D, error) {
	raw, err := bson.Marshal(d)
	if err != nil {
		return nil, err
	}
	var fields bson.D
	if err := bson.Unmarshal(raw, &fields); err != nil {
		return nil, err
	}
	set := bson.D{}
	for _, f := range fields {
		switch f.Key {
		case "_id", "trend", "places":
		default:
			set = append(set, f)
		}
	}
	for _, list := range catalog.Lists {
		if list != catalog.Trending {
			set = append(set, bson.E{Key: "places." + placeFields[list], Value: d.Places[placeFields[list]]})
		}
	}
	change := bson.D{{Key: "$set", Value: set}}
	if d.TMDBID == 0 { // then the document has no such field
		change = append(change, bson.E{Key: "$unset", Value: bson.D{{Key: "tmdb_id", Value: ""}}})
	}
	return change, nil
}

func (s Films) Delete(ctx context.Context, id string) error {
	const op = "mongostore.delete_film"
	if !catalog.Storable(id) {
		return fault.New(fault.NotFound, op, "", "")
	}
	done, err := s.db.movies.DeleteOne(ctx, bson.D{{Key: "_id", Value: id}})
	if err == nil && done.DeletedCount == 0 {
		err = mongo.ErrNoDocuments
	}
	return s.db.fail(op, err)
}

// addedAtOnce is how many films are moved at once, and addTries how often one is that others
// move too.
const (
	addedAtOnce = 8
	addTries    = 50
)

func (s Films) AddTrend(ctx context.Context, added map[string]float64) error {
	const op = "mongostore.add_trend"
	each, under := errgroup.WithContext(ctx)
	each.SetLimit(addedAtOnce)
	for id, by := range added {
		if catalog.Storable(id) {
			each.Go(func() error { return s.addTrend(under, id, by) })
		}
	}
	return s.db.fail(op, each.Wait())
}

// addTrend changes the trend that was read, or reads it again: servers of the protocol cannot
// compute it themselves.
func (s Films) addTrend(ctx context.Context, id string, added float64) error {
	for range addTries {
		var have struct {
			Trend float64 `bson:"trend"`
		}
		err := s.db.movies.FindOne(ctx, bson.D{{Key: "_id", Value: id}}, options.FindOne().SetProjection(bson.D{{Key: "trend", Value: 1}})).Decode(&have)
		if errors.Is(err, mongo.ErrNoDocuments) { // deleted meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		trend := catalog.AddTrends(have.Trend, added)
		done, err := s.db.movies.UpdateOne(ctx, bson.D{{Key: "_id", Value: id}, {Key: "trend", Value: have.Trend}}, bson.D{{Key: "$set", Value: bson.D{
			{Key: "trend", Value: trend}, {Key: "places.trending", Value: placeOf(trend, id)},
		}}})
		if err != nil || done.MatchedCount == 1 {
			return err
		}
	}
	return fault.New(fault.Unavailable, "mongostore.add_trend", "busy", "")
}

// writtenAtOnce bounds one call: what a server takes is 48 MB.
const writtenAtOnce = 1000

func (s Films) Load(ctx context.Context, films []catalog.Stored) error {
	const op = "mongostore.load_films"
	documents := make([]document, 0, len(films))
	var genres []catalog.Genre
	for _, film := range films {
		film.Film.Version = 1
		d, err := documentOf(op, film)
		if err != nil {
			return err
		}
		documents, genres = append(documents, d), append(genres, d.Genres...)
	}
	if err := s.noteGenres(ctx, genres); err != nil {
		return s.db.fail(op, err)
	}
	for chunk := range slices.Chunk(documents, writtenAtOnce) {
		if err := insertNew(ctx, s.db.movies, chunk); err != nil {
			return s.db.fail(op, err)
		}
	}
	return nil
}
