package httpapi

import "context"

// Screens tells open apps what changed, at whichever node they are connected. It waits neither
// for them nor for Redis.
type Screens interface {
	ToProfile(ctx context.Context, profileID string, event any)
	ToUser(ctx context.Context, userID string, event any)
	ToEverybody(ctx context.Context, event any)
}

// listChanged says that a film is on a profile's list now, or no more.
type listChanged struct {
	Type    string `json:"type"`
	MovieID string `json:"movieId"`
	Listed  bool   `json:"listed"`
}

// happened says only that something is another now: whoever shows it asks for it.
type happened struct {
	Type string `json:"type"`
}

func (s *server) tellOfList(ctx context.Context, movieID string, listed bool) {
	s.Screens.ToProfile(ctx, me(ctx).Profile.ID, listChanged{"list.changed", movieID, listed})
}

// tellOfProfile tells those who use a profile that it changed, and everybody of its household.
func (s *server) tellOfProfile(ctx context.Context, profileID string) {
	s.Screens.ToProfile(ctx, profileID, happened{"profile.changed"})
	s.tellOfProfiles(ctx)
}

func (s *server) tellOfProfiles(ctx context.Context) {
	s.Screens.ToUser(ctx, me(ctx).User.ID, happened{"profiles.changed"})
}
