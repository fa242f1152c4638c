package live

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge"
)

// sameEvery is how often one sentence is logged: a hub that waits for Redis says so each
// time it tries.
const sameEvery = time.Minute

func logTo(log *slog.Logger) centrifuge.LogHandler {
	var mu sync.Mutex
	said := map[string]time.Time{} // bounded by what Centrifuge has to say
	again := func(message string) bool {
		mu.Lock()
		defer mu.Unlock()
		if time.Since(said[message]) < sameEvery {
			return true
		}
		said[message] = time.Now()
		return false
	}
	return func(e centrifuge.LogEntry) {
		if aboutRedis(e.Message) { // in many words, all at once
			e.Level, e.Fields = centrifuge.LogLevelWarn, nil
			e.Message = "the connection to Redis is broken, and tried again until it is back"
		}
		if again(e.Message) {
			return
		}
		level := slog.LevelWarn
		if e.Level == centrifuge.LogLevelError {
			level = slog.LevelError
		}
		attrs := make([]slog.Attr, 0, len(e.Fields)+1)
		for name, value := range e.Fields {
			if name != "error" {
				attrs = append(attrs, slog.Any(name, value))
			}
		}
		if e.Error != nil {
			attrs = append(attrs, slog.Any("error", e.Error))
		}
		log.LogAttrs(context.Background(), level, "live: "+e.Message, attrs...)
	}
}

// aboutRedis reports whether Centrifuge says that it cannot reach Redis.
func aboutRedis(message string) bool {
	message = strings.ToLower(message)
	return strings.Contains(message, "pub/sub") || strings.Contains(message, "node control command")
}
