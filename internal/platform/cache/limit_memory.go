package cache

import (
	"hash/maphash"
	"sync"
	"time"
)

const shards = 64

// limits counts in process. A key whose time has come is as good as none, so what is kept
// is bounded by how many are doing something just now; when those are more than there is
// room for, the ones too many share one count, and so are limited together.
type limits struct {
	seed   maphash.Seed
	shards [shards]shard
	start  time.Time
}

type shard struct {
	mu    sync.Mutex
	most  int
	swept time.Duration
	tat   map[string]time.Duration // since start
	rest  time.Duration            // of all that found no room
	_     [24]byte                 // so that two shards do not share a line of the processor's cache
}

func newLimits(most int) *limits {
	l := &limits{seed: maphash.MakeSeed(), start: time.Now()}
	for i := range l.shards {
		l.shards[i].most = max(1, most/shards)
		l.shards[i].tat = map[string]time.Duration{}
	}
	return l
}

// clock is this process's time, which no one sets back.
func (l *limits) clock() time.Duration { return time.Since(l.start) }

func (l *limits) spend(key string, limit Limit, now time.Duration) Verdict {
	s := &l.shards[maphash.String(l.seed, key)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	before, known := s.tat[key]
	crowded := !known && !s.room(now)
	if crowded {
		before = s.rest
	}
	v, tat := decide(before, now, limit)
	switch {
	case !v.Allowed:
	case crowded:
		s.rest = tat
	default:
		s.tat[key] = tat
	}
	return v
}

// room reports whether a key more can be kept, after looking for those that need not be.
func (s *shard) room(now time.Duration) bool {
	if len(s.tat) < s.most {
		return true
	}
	if now-s.swept < time.Second { // a look at all of them is not for every call
		return false
	}
	s.swept = now
	for key, tat := range s.tat {
		if tat <= now {
			delete(s.tat, key)
		}
	}
	return len(s.tat) < s.most
}

// decide is what the script does, on this process's clock.
func decide(tat, now time.Duration, l Limit) (Verdict, time.Duration) {
	window := l.Window()
	tat = min(max(tat, now), now+window)
	spare := window - (tat + l.Every - now)
	if spare < 0 {
		return Verdict{Retry: -spare, Reset: tat - now}, tat
	}
	tat += l.Every
	return Verdict{Allowed: true, Remaining: int(spare / l.Every), Reset: tat - now}, tat
}
