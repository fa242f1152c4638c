package app

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/engines"
)

func TestMain(m *testing.M) { engines.Main(m) }

func TestDoctorSaysWhatBecameOfRedisAndWhatToDo(t *testing.T) {
	t.Parallel()
	r := engines.MortalRedis(t)
	quiet := slog.New(slog.DiscardHandler)
	for address, want := range map[string]string{"": "in process", r.URL: "answers"} {
		if check := checkRedis(t.Context(), &config.Config{RedisURL: config.Secret(address)}, quiet); !check.OK || !strings.Contains(check.Detail, want) {
			t.Errorf("%q: %+v", address, check)
		}
	}
	r.Kill()
	start := time.Now()
	check := checkRedis(t.Context(), &config.Config{RedisURL: config.Secret(r.URL)}, quiet)
	if check.OK || !strings.Contains(check.Detail, "the connection was refused") || !strings.Contains(check.Detail, "Start it, correct KK_REDIS_URL") {
		t.Errorf("gone: %+v", check)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestANodeWithoutItsRedisStaysReadyAndSaysSo(t *testing.T) {
	t.Parallel()
	r := engines.MortalRedis(t)
	kept, err := cache.Open(t.Context(), cache.Options{Address: r.URL, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	if check := redisCheck(kept.Check(t.Context())); !check.OK || check.Warning != "" {
		t.Errorf("%+v", check)
	}
	r.Kill()
	check := redisCheck(kept.Check(t.Context()))
	if !check.OK || !strings.Contains(check.Warning, "AWAY") || strings.Contains(check.Warning, "127.0.0.1") {
		t.Errorf("everybody may read %+v", check)
	}
}

func TestAWrongRedisStopsTheStart(t *testing.T) {
	t.Parallel()
	r := engines.MortalRedis(t)
	r.Kill()
	c := &config.Config{DataDir: t.TempDir(), RedisURL: config.Secret(r.URL)}
	start := time.Now()
	h, err := open(t.Context(), c, slog.New(slog.DiscardHandler), duties{serves: true})
	if err == nil {
		h.close()
	}
	if said := fault.PublicOf(err); !strings.Contains(said, "KK_REDIS_URL") || !strings.Contains(said, "the connection was refused") {
		t.Errorf("%v", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestAHouseWithRedisOpensAndClosesUnstarted(t *testing.T) {
	t.Parallel()
	c := &config.Config{DataDir: t.TempDir(), RedisURL: config.Secret(engines.Redis(t))}
	h, err := open(t.Context(), c, slog.New(slog.DiscardHandler), duties{serves: true})
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	checks := h.health(t.Context())
	if !slices.ContainsFunc(checks, func(c httpapi.Check) bool { return c.Name == "redis" && c.OK && c.Warning == "" }) {
		t.Errorf("health says nothing of Redis: %+v", checks)
	}
}
