package cache

import (
	"context"
	"time"

	"github.com/maypok86/otter/v2"
)

const mostInMemory = 64 << 20 // bytes

// memoryValues keeps values in process.
type memoryValues struct{ kept *otter.Cache[string, entry] }

type entry struct {
	value []byte
	fresh time.Time // until then
	until time.Time
}

func newMemoryValues() memoryValues {
	return memoryValues{otter.Must(&otter.Options[string, entry]{
		MaximumWeight: mostInMemory,
		Weigher:       func(key string, e entry) uint32 { return uint32(len(key) + len(e.value) + 64) },
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[string, entry]) time.Duration {
			return time.Until(e.Value.until)
		}),
	})}
}

func (m memoryValues) get(_ context.Context, key string, _ Keep) found {
	e, ok := m.kept.GetIfPresent(key)
	if !ok {
		return found{}
	}
	return found{value: e.value, fresh: time.Now().Before(e.fresh)}
}

func (m memoryValues) claim(ctx context.Context, key string, k Keep, _ found) found {
	return m.get(ctx, key, k) // somebody else's load may have ended meanwhile
}

func (m memoryValues) put(_ context.Context, key string, value []byte, k Keep, _ found) {
	now := time.Now()
	m.kept.Set(key, entry{value: value, fresh: now.Add(k.Fresh), until: now.Add(k.Fresh + k.Stale)})
}

func (m memoryValues) drop(_ context.Context, keys []string) {
	for _, key := range keys {
		m.kept.Invalidate(key)
	}
}

func (memoryValues) quick() bool { return true }

func (m memoryValues) close() { m.kept.StopAllGoroutines() }
