package mongostore

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Films is catalog.FilmStore on MongoDB.
type Films struct{ db *DB }

var _ catalog.FilmStore = Films{}

// Films returns the store of films.
func (d *DB) Films() Films { return Films{d} }

// within is the condition that films are within a limit: always of single ages, so that each
// is a walk of its own down an index.
func within(limit catalog.Rating) bson.E {
	return bson.E{Key: "age", Value: bson.D{{Key: "$in", Value: catalog.AgesWithin(limit)}}}
}

// read decodes every film a cursor has, and closes it.
func read(ctx context.Context, cursor *mongo.Cursor, err error) ([]catalog.Film, error) {
	if err != nil {
		return nil, err
	}
	var documents []document
	if err := cursor.All(ctx, &documents); err != nil {
		return nil, err
	}
	films := make([]catalog.Film, 0, len(documents))
	for _, d := range documents {
		f, err := d.film()
		if err != nil {
			return nil, err
		}
		films = append(films, f)
	}
	return films, nil
}

func (s Films) Film(ctx context.Context, id string) (catalog.Film, error) {
	const op = "mongostore.film"
	if !catalog.Storable(id) {
		return catalog.Film{}, fault.New(fault.NotFound, op, "", "")
	}
	var d document
	if err := s.db.movies.FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Decode(&d); err != nil {
		return catalog.Film{}, s.db.fail(op, err)
	}
	f, err := d.film()
	return f, s.db.fail(op, err)
}

func (s Films) Films(ctx context.Context, ids []string) ([]catalog.Film, error) {
	const op = "mongostore.films"
	askable := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !catalog.Storable(id) })
	if len(askable) == 0 {
		return nil, nil
	}
	cursor, err := s.db.movies.Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: askable}}}})
	films, err := read(ctx, cursor, err)
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	found := make(map[string]catalog.Film, len(films))
	for _, f := range films {
		found[f.ID] = f
	}
	list := make([]catalog.Film, 0, len(found))
	for _, id := range ids {
		if f, there := found[id]; there {
			list = append(list, f)
		}
	}
	return list, nil
}

func (s Films) ByTMDB(ctx context.Context, ids []int64) (map[int64]string, error) {
	const op = "mongostore.films_by_tmdb"
	found := map[int64]string{}
	if len(ids) == 0 {
		return found, nil
	}
	cursor, err := s.db.movies.Find(ctx, bson.D{{Key: "tmdb_id", Value: bson.D{{Key: "$in", Value: ids}}}},
		options.Find().SetProjection(bson.D{{Key: "tmdb_id", Value: 1}}))
	var list []struct {
		ID     string `bson:"_id"`
		TMDBID int64  `bson:"tmdb_id"`
	}
	if err == nil {
		err = cursor.All(ctx, &list)
	}
	for _, f := range list {
		found[f.TMDBID] = f.ID
	}
	return found, s.db.fail(op, err)
}

// Check reports whether MongoDB answers.
func (s Films) Check(ctx context.Context) error { return s.db.Check(ctx) }

func (s Films) List(ctx context.Context, shelf catalog.Shelf) ([]catalog.Film, error) {
	const op = "mongostore.list_films"
	field, known := placeFields[shelf.List]
	if !known {
		return nil, fault.New(fault.Invalid, op, "bad_list", "There is no such list.")
	}
	if shelf.Most <= 0 { // to the server, 0 is as many as there are
		return nil, nil
	}
	place := "places." + field
	filter := bson.D{{Key: "facets", Value: int64(catalog.FacetOf(shelf.Genre, shelf.Year))}, within(shelf.Limit)}
	if after := shelf.After; after != nil {
		if math.IsNaN(after.Key) || !catalog.Storable(after.ID) {
			return nil, fault.New(fault.Invalid, op, "bad_place", "There is no such place in a list.")
		}
		filter = append(filter, bson.E{Key: place, Value: bson.D{{Key: "$lt", Value: placeOf(after.Key, after.ID)}}})
	}
	cursor, err := s.db.movies.Find(ctx, filter, options.Find().SetSort(bson.D{{Key: place, Value: -1}}).SetLimit(int64(shelf.Most)))
	films, err := read(ctx, cursor, err)
	return films, s.db.fail(op, err)
}

// mostCollected bounds a collection: the largest there is has about a hundred films.
const mostCollected = 500

func (s Films) Collected(ctx context.Context, collection int64, limit catalog.Rating) ([]catalog.Film, error) {
	const op = "mongostore.collected_films"
	cursor, err := s.db.movies.Find(ctx, bson.D{{Key: "collection.id", Value: collection}, within(limit)},
		options.Find().SetSort(bson.D{{Key: "release_date", Value: 1}, {Key: "_id", Value: 1}}).SetLimit(mostCollected))
	films, err := read(ctx, cursor, err)
	return films, s.db.fail(op, err)
}

// genre is a row of `genres`: every genre a film was ever of.
type genre struct {
	ID   int64  `bson:"_id"`
	Name string `bson:"name"`
}

// Genres looks once into an index for each genre there ever was.
func (s Films) Genres(ctx context.Context, limit catalog.Rating) ([]catalog.Genre, error) {
	const op = "mongostore.genres"
	var all []genre
	cursor, err := s.db.genres.Find(ctx, bson.D{}, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}))
	if err == nil {
		err = cursor.All(ctx, &all)
	}
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	var held []catalog.Genre
	for _, g := range all {
		err := s.db.movies.FindOne(ctx, bson.D{{Key: "facets", Value: int64(catalog.FacetOf(g.ID, 0))}, within(limit)},
			options.FindOne().SetProjection(bson.D{{Key: "_id", Value: 1}})).Err()
		switch {
		case err == nil:
			held = append(held, catalog.Genre(g))
		case !errors.Is(err, mongo.ErrNoDocuments):
			return nil, s.db.fail(op, err)
		}
	}
	return held, nil
}

func (s Films) Search(ctx context.Context, w catalog.Wanted) ([]catalog.Found, error) {
	const op = "mongostore.search_films"
	if len(w.Groups) == 0 || w.Most <= 0 {
		return nil, nil
	}
	var groups bson.A
	for _, group := range w.Groups {
		terms := slices.DeleteFunc(catalog.TidyTerms(group), func(term string) bool { return !catalog.Storable(term) })
		if len(terms) == 0 {
			return nil, nil // no film holds one of none
		}
		groups = append(groups, bson.D{{Key: "terms", Value: bson.D{{Key: "$in", Value: terms}}}})
	}
	popular := bson.D{{Key: "places.popular", Value: -1}}
	ranking := bson.D{{Key: "popularity", Value: 1}, {Key: "words", Value: 1}}
	var cursor *mongo.Cursor
	var err error
	if w.Among <= 0 || len(groups) == 1 {
		cursor, err = s.db.movies.Find(ctx, bson.D{{Key: "$and", Value: groups}, within(w.Limit)},
			options.Find().SetSort(popular).SetLimit(int64(w.Most)).SetProjection(ranking))
	} else {
		cursor, err = s.db.movies.Aggregate(ctx, mongo.Pipeline{
			{{Key: "$match", Value: bson.D{{Key: "$and", Value: groups[:1]}, within(w.Limit)}}},
			{{Key: "$sort", Value: popular}},
			{{Key: "$limit", Value: int64(w.Among)}},
			{{Key: "$match", Value: bson.D{{Key: "$and", Value: groups[1:]}}}},
			{{Key: "$limit", Value: int64(w.Most)}},
			{{Key: "$project", Value: ranking}},
		})
	}
	var list []struct {
		ID         string  `bson:"_id"`
		Popularity float64 `bson:"popularity"`
		Words      string  `bson:"words"`
	}
	if err == nil {
		err = cursor.All(ctx, &list)
	}
	found := make([]catalog.Found, 0, len(list))
	for _, f := range list {
		found = append(found, catalog.Found(f))
	}
	return found, s.db.fail(op, err)
}

// Vocabulary reads the terms of every film: servers of the protocol do not agree on how to
// count them, and this is done once at a start and now and then.
func (s Films) Vocabulary(ctx context.Context, yield func(catalog.Term) bool) error {
	const op = "mongostore.vocabulary"
	cursor, err := s.db.movies.Find(ctx, bson.D{}, options.Find().SetBatchSize(2000).
		SetProjection(bson.D{{Key: "terms", Value: 1}, {Key: "popularity", Value: 1}}))
	if err != nil {
		return s.db.fail(op, err)
	}
	defer cursor.Close(context.WithoutCancel(ctx))
	all := map[string]catalog.Term{}
	for cursor.Next(ctx) {
		var f struct {
			Terms      []string `bson:"terms"`
			Popularity float64  `bson:"popularity"`
		}
		if err := cursor.Decode(&f); err != nil {
			return s.db.fail(op, err)
		}
		for _, text := range f.Terms {
			t := all[text]
			all[text] = catalog.Term{Text: text, Most: max(t.Most, f.Popularity), Films: t.Films + 1}
		}
	}
	if err := cursor.Err(); err != nil {
		return s.db.fail(op, err)
	}
	for _, t := range all {
		if !yield(t) {
			return nil
		}
	}
	return nil
}

func (s Films) Changed(ctx context.Context, since time.Time, yield func(id string, at time.Time, terms []string, popularity float64) bool) error {
	const op = "mongostore.films_changed"
	cursor, err := s.db.movies.Find(ctx, bson.D{{Key: "changed", Value: bson.D{{Key: "$gte", Value: since.UnixMicro()}}}}, options.Find().
		SetSort(bson.D{{Key: "changed", Value: 1}, {Key: "_id", Value: 1}}).SetBatchSize(1000).
		SetProjection(bson.D{{Key: "changed", Value: 1}, {Key: "terms", Value: 1}, {Key: "popularity", Value: 1}}))
	if err != nil {
		return s.db.fail(op, err)
	}
	defer cursor.Close(context.WithoutCancel(ctx))
	for cursor.Next(ctx) {
		var f struct {
			ID         string   `bson:"_id"`
			Changed    int64    `bson:"changed"`
			Terms      []string `bson:"terms"`
			Popularity float64  `bson:"popularity"`
		}
		if err := cursor.Decode(&f); err != nil {
			return s.db.fail(op, err)
		}
		if !yield(f.ID, time.UnixMicro(f.Changed).UTC(), f.Terms, f.Popularity) {
			return nil
		}
	}
	return s.db.fail(op, cursor.Err())
}

// exactly is up to how many films are counted one by one.
const exactly = 20_000

func (s Films) Count(ctx context.Context) (int, error) {
	const op = "mongostore.count_films"
	n, err := s.db.movies.CountDocuments(ctx, bson.D{}, options.Count().SetLimit(exactly+1))
	if err == nil && n > exactly {
		var about int64
		about, err = s.db.movies.EstimatedDocumentCount(ctx)
		n = max(n, about)
	}
	return int(n), s.db.fail(op, err)
}
