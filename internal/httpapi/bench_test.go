package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/keys"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
)

// generous counts as the real limits do, and lets the benchmark go on.
type generous struct{ Limits }

func (g generous) Allow(ctx context.Context, key string, l cache.Limit) cache.Verdict {
	v := g.Limits.Allow(ctx, key, l)
	v.Allowed = true
	return v
}

func signedInForBench(b *testing.B) (*account.Service, string) {
	b.Helper()
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	db, err := sqlstore.Open(b.Context(), sqlstore.Options{URL: filepath.Join(b.TempDir(), "kkmovies.db"), Logger: slog.New(slog.DiscardHandler)})
	must(err)
	b.Cleanup(db.Close)
	keeper, err := keys.Open("", filepath.Join(b.TempDir(), "key"))
	must(err)
	b.Cleanup(func() { _ = keeper.Close() })
	store := db.Accounts()
	accounts := account.NewService(account.Options{Store: store, Secrets: db.Secrets(keeper), Signals: store.Signals()})
	b.Cleanup(accounts.Close)
	_, err = accounts.AddUser(b.Context(), "ana@example.com", password, account.Viewer)
	must(err)
	_, tokens, err := accounts.SignIn(b.Context(), "ana@example.com", password, account.Origin{})
	must(err)
	return accounts, tokens.Access
}

// BenchmarkAnAuthorisedGet asks for the same thing in turn where anybody may have it and
// where one must be signed in, in memory, and compares the slowest in a hundred of each.
func BenchmarkAnAuthorisedGet(b *testing.B) {
	accounts, token := signedInForBench(b)
	s := &server{Options: Options{Accounts: accounts, Limits: generous{limitsOf(b)}, Logger: slog.New(slog.DiscardHandler)}, mux: http.NewServeMux()}
	s.huma = humago.NewWithPrefix(s.mux, "/api", openAPIConfig("bench"))
	films := struct{ Body page }{page{Items: make([]Video, 20)}}
	for i := range films.Body.Items {
		films.Body.Items[i] = Video{ID: "01890000-0000-7000-8000-000000000000", Title: "A film of some length", Status: "ready", Renditions: []VideoRendition{}, Marks: []VideoReason{}}
	}
	serve := func(context.Context, *struct{}) (*struct{ Body page }, error) { return &films, nil }
	register(s, Public, huma.Operation{OperationID: "open", Method: http.MethodGet, Path: "/open"}, serve)
	register(s, ForViewers, huma.Operation{OperationID: "closed", Method: http.MethodGet, Path: "/closed"}, serve)
	handler := s.wrap(s.mux)

	ask := func(path string) time.Duration {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: token})
		w := httptest.NewRecorder()
		began := time.Now()
		handler.ServeHTTP(w, r)
		took := time.Since(began)
		if w.Code != http.StatusOK {
			b.Fatalf("%s: %d %s", path, w.Code, w.Body)
		}
		return took
	}
	var open, closed []time.Duration
	for b.Loop() {
		open, closed = append(open, ask("/api/open")), append(closed, ask("/api/closed"))
	}
	b.ReportMetric(0, "ns/op")
	at := func(all []time.Duration, share float64) float64 {
		slices.Sort(all)
		return float64(all[min(len(all)-1, int(share*float64(len(all))))])
	}
	for name, share := range map[string]float64{"p50": 0.5, "p99": 0.99} {
		b.ReportMetric(at(open, share)/1000, name+"-open-µs")
		b.ReportMetric(at(closed, share)/1000, name+"-closed-µs")
		b.ReportMetric(at(closed, share)/at(open, share), name+"-ratio")
	}
}
