package app

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/test/engines"
)

func TestDoctorSaysWhereFilmsAreAndWhatBecameOfThat(t *testing.T) {
	t.Parallel()
	quiet := slog.New(slog.DiscardHandler)
	address, stop := engines.MortalMongo(t)
	for at, want := range map[string]string{"": "in the main database", address: "MongoDB answers; films in it: 0"} {
		if check := checkCatalogue(t.Context(), &config.Config{CatalogURL: config.Secret(at)}, quiet); !check.OK || !strings.Contains(check.Detail, want) {
			t.Errorf("%q: %+v", at, check)
		}
	}
	stop()
	start := time.Now()
	check := checkCatalogue(t.Context(), &config.Config{CatalogURL: config.Secret(strings.Replace(address, "://", "://ana:hunter2@", 1))}, quiet)
	if check.OK || !strings.Contains(check.Detail, "MongoDB at 127.0.0.1:") || strings.Contains(check.Detail, "hunter2") {
		t.Errorf("gone: %+v", check)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestAWrongCatalogueStopsTheStart(t *testing.T) {
	t.Parallel()
	address, stop := engines.MortalMongo(t)
	stop()
	c := &config.Config{DataDir: t.TempDir(), CatalogURL: config.Secret(address)}
	start := time.Now()
	h, err := open(t.Context(), c, slog.New(slog.DiscardHandler), duties{serves: true})
	if err == nil {
		h.close()
		t.Fatal("it starts")
	}
	if took := time.Since(start); !strings.Contains(err.Error(), "MongoDB at ") || took > 5*time.Second {
		t.Errorf("%v after %s", err, took)
	}
}
