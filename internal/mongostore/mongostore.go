// Package mongostore owns the catalogue of films on MongoDB: catalog.FilmStore in the
// collection `movies`. It imports domain and platform, and it alone knows the driver.
//
// A film is one document, so every change of one is atomic without a transaction, and the
// room keeps to what servers of the protocol have in common (docs/decisions/0021).
package mongostore

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Options say where the database is.
type Options struct {
	URL    string // mongodb://user:password@host:27017/kkmovies; the path names the database
	Logger *slog.Logger
	// AnswerWithin is how long a server is looked for before a call fails: 2 s when zero.
	AnswerWithin time.Duration
}

const (
	openWithin      = 4 * time.Second // a start that fails says why within five
	defaultDatabase = "kkmovies"
)

// DB is a connection to the films. It is safe for use by many goroutines.
type DB struct {
	client *mongo.Client
	movies *mongo.Collection
	genres *mongo.Collection
	notes  *mongo.Collection // of what was done once
	name   string            // host and database, for people: no password
	within time.Duration
}

// Open connects and makes the indexes that are missing. A server that does not answer within
// five seconds is an error that says which. Close it when done.
func Open(ctx context.Context, o Options) (*DB, error) {
	const op = "mongostore.open"
	address, err := connstring.ParseAndValidate(o.URL)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Op: op, Code: "bad_address",
			Public: "The catalogue's address is not one of MongoDB; it looks like mongodb://user:password@host:27017/kkmovies."}
	}
	if o.AnswerWithin == 0 {
		o.AnswerWithin = 2 * time.Second
	}
	database := address.Database
	if database == "" {
		database = defaultDatabase
	}
	settings := options.Client().ApplyURI(o.URL).SetAppName("kkmovies").
		SetServerSelectionTimeout(o.AnswerWithin).SetConnectTimeout(o.AnswerWithin)
	client, err := mongo.Connect(settings)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Op: op, Code: "bad_address", Public: "The catalogue's address cannot be used.", Cause: err}
	}
	d := &DB{client: client, name: strings.Join(address.Hosts, ",") + "/" + database, within: o.AnswerWithin}
	in := client.Database(database)
	d.movies, d.genres, d.notes = in.Collection("movies"), in.Collection("genres"), in.Collection("notes")
	ctx, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	if err = d.Check(ctx); err == nil {
		err = d.ensureIndexes(ctx, o.Logger)
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// Close ends every connection.
func (d *DB) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), openWithin)
	defer cancel()
	_ = d.client.Disconnect(ctx)
}

// Check reports whether the server answers.
func (d *DB) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, d.within) // the driver goes by this alone where there is one
	defer cancel()
	err := d.client.Ping(ctx, nil)
	if err == nil {
		return nil
	}
	var refused mongo.CommandError
	if errors.As(err, &refused) || strings.Contains(err.Error(), "auth error") {
		return &fault.Error{Kind: fault.Unavailable, Op: "mongostore.check", Code: "mongodb_refuses",
			Public: "MongoDB at " + d.name + " refuses: look at the user and the password of its address.", Cause: err}
	}
	return &fault.Error{Kind: fault.Unavailable, Op: "mongostore.check", Code: "mongodb",
		Public: "MongoDB at " + d.name + " does not answer.", Cause: err}
}

// fail makes a fault of a driver's error.
func (d *DB) fail(op string, err error) error {
	var known *fault.Error
	kind := fault.Internal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return fault.Wrap(op, err)
	case errors.Is(err, mongo.ErrNoDocuments):
		kind = fault.NotFound
	case mongo.IsDuplicateKeyError(err):
		kind = fault.Conflict
	case errors.Is(err, context.Canceled):
		kind = fault.Cancelled
	case mongo.IsTimeout(err), mongo.IsNetworkError(err), errors.Is(err, mongo.ErrClientDisconnected), isAway(err):
		kind = fault.Unavailable
	}
	return &fault.Error{Kind: kind, Op: op, Cause: err}
}

// isAway reports whether an error says that no server could be chosen, or that the one there
// was is going.
func isAway(err error) bool {
	var labelled interface{ HasErrorLabel(string) bool }
	return errors.As(err, &labelled) && (labelled.HasErrorLabel("RetryableWriteError") || labelled.HasErrorLabel("TransientTransactionError")) ||
		strings.Contains(err.Error(), "server selection error")
}

// indexes are those of the collection. The first five are what others who read it may count
// on; lists and search walk the rest. A place is unique and orders as its list does, so
// a page is one walk for each age down one index, at any depth.
func indexes() []mongo.IndexModel {
	index := func(name string, keys bson.D, more ...func(*options.IndexOptionsBuilder)) mongo.IndexModel {
		o := options.Index().SetName(name)
		for _, add := range more {
			add(o)
		}
		return mongo.IndexModel{Keys: keys, Options: o}
	}
	list := []mongo.IndexModel{
		index("tmdb_id", bson.D{{Key: "tmdb_id", Value: 1}}, func(o *options.IndexOptionsBuilder) { o.SetUnique(true).SetSparse(true) }),
		index("genres", bson.D{{Key: "genres.id", Value: 1}}),
		index("vote_average", bson.D{{Key: "vote_average", Value: -1}}),
		index("release_date", bson.D{{Key: "release_date", Value: -1}}),
		index("collection", bson.D{{Key: "collection.id", Value: 1}, {Key: "release_date", Value: 1}, {Key: "_id", Value: 1}}),
		index("changed", bson.D{{Key: "changed", Value: 1}, {Key: "_id", Value: 1}}),
		index("terms", bson.D{{Key: "terms", Value: 1}, {Key: "age", Value: 1}, {Key: "places.popular", Value: -1}}),
	}
	for _, field := range placeFields {
		list = append(list, index("list_"+field, bson.D{{Key: "facets", Value: 1}, {Key: "age", Value: 1}, {Key: "places." + field, Value: -1}}))
	}
	return list
}

// ensureIndexes makes what is missing; making one that is there does nothing. The text index
// is for others too: search does not use it, so a server without one is as good.
func (d *DB) ensureIndexes(ctx context.Context, log *slog.Logger) error {
	const op = "mongostore.indexes"
	if _, err := d.movies.Indexes().CreateMany(ctx, indexes()); err != nil {
		return d.fail(op, err)
	}
	text := mongo.IndexModel{Keys: bson.D{{Key: "search_text", Value: "text"}}, Options: options.Index().SetName("search_text").SetDefaultLanguage("none")}
	if _, err := d.movies.Indexes().CreateOne(ctx, text); err != nil {
		var refused mongo.CommandError
		if !errors.As(err, &refused) {
			return d.fail(op, err)
		}
		log.InfoContext(ctx, "this MongoDB has no text index; search does without", "reason", refused.Message)
	}
	return nil
}
