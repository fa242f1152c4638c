package cache_test

import (
	"io"
	"log"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/engines"
)

func TestARedisThatCannotBeUsedIsSaidSoonWithTheReason(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // it takes connections and answers none
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	locked := engines.MortalRedis(t)
	client := direct(t, locked)
	if err := client.Do(t.Context(), client.B().ConfigSet().ParameterValue().ParameterValue("requirepass", "s3cret").Build()).Error(); err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(locked.URL, "redis://")
	plain := strings.TrimPrefix(engines.Redis(t), "redis://")

	stranger := httptest.NewUnstartedServer(nil) // its certificate is nobody's whom this machine trusts
	stranger.Config.ErrorLog = log.New(io.Discard, "", 0)
	stranger.StartTLS()
	t.Cleanup(stranger.Close)

	for address, want := range map[string]string{
		"rediss://" + stranger.Listener.Addr().String(): "cannot be reached by TLS",
		"redis://" + gone.Addr().String():               "the connection was refused",
		"redis://" + silent.Addr().String():             "in time",
		"redis://" + host:                               "asks for a password",
		"redis://:hunter2@" + host:                      "refuses this user and password",
		"redis://ana:hunter2@" + host:                   "refuses this user and password",
		"redis://" + plain + "," + plain:                "is not a cluster",
		"rediss://" + plain:                             "TLS",
		"redis://" + plain + "/99":                      "out of range",
		"http://" + plain:                               "is not an address of Redis",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			c, err := cache.Open(t.Context(), cache.Options{Address: address, Logger: slog.New(slog.DiscardHandler)})
			if err == nil {
				c.Close()
			}
			said := fault.PublicOf(err)
			if !strings.Contains(said, want) || !strings.Contains(said, "KK_REDIS_URL") || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%v", err)
			}
			if !strings.HasPrefix(address, "http") && !strings.Contains(said, "Redis at 127.0.0.1:") {
				t.Errorf("it does not say which: %s", said)
			}
			if took := time.Since(start); took > 5500*time.Millisecond {
				t.Errorf("after %s", took)
			}
		})
	}
	c, err := cache.Open(t.Context(), cache.Options{Address: "redis://:s3cret@" + host, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}
