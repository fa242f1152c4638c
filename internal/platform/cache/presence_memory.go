package cache

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

const mostHere = 200_000 // members of all places together that one process keeps

// places knows who came to this process.
type places struct {
	life time.Duration

	mu    sync.Mutex
	until map[string]map[string]time.Time // of each member of each place
	all   int
	swept time.Time
}

func newPlaces(life time.Duration) *places {
	return &places{life: life, until: map[string]map[string]time.Time{}}
}

func (p *places) come(place, member string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep(now)
	here := p.until[place]
	if _, known := here[member]; !known {
		if p.all >= mostHere || len(here) >= mostMembers {
			return // until somebody has gone
		}
		p.all++
	}
	if here == nil {
		here = map[string]time.Time{}
		p.until[place] = here
	}
	here[member] = now.Add(p.life)
}

func (p *places) leave(place, member string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.remove(place, member)
}

func (p *places) remove(place, member string) {
	here := p.until[place]
	if _, known := here[member]; !known {
		return
	}
	p.all--
	delete(here, member)
	if len(here) == 0 {
		delete(p.until, place)
	}
}

// sweep drops who has gone, not more often than presence wears off.
func (p *places) sweep(now time.Time) {
	if now.Sub(p.swept) < p.life {
		return
	}
	p.swept = now
	for place, here := range p.until {
		for member, until := range here {
			if !now.Before(until) {
				p.remove(place, member)
			}
		}
	}
}

func (p *places) count(place string, now time.Time) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, until := range p.until[place] {
		if now.Before(until) {
			n++
		}
	}
	return n
}

// members returns who is there, those who came last first.
func (p *places) members(place string, most int, now time.Time) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	type one struct {
		member string
		until  time.Time
	}
	var here []one
	for member, until := range p.until[place] {
		if now.Before(until) {
			here = append(here, one{member, until})
		}
	}
	slices.SortFunc(here, func(a, b one) int { return cmp.Or(b.until.Compare(a.until), cmp.Compare(b.member, a.member)) })
	who := make([]string, 0, min(most, len(here)))
	for _, o := range here[:min(most, len(here))] {
		who = append(who, o.member)
	}
	return who
}
