package httpapi

import "github.com/kkmovies/kkmovies/internal/insight"

// openInsight gives a site what tells how films are watched.
func (s *site) openInsight() {
	store := s.db.Insight()
	s.Insight = insight.New(insight.Options{Store: store, Films: store, Cache: s.Films.Cache})
}
