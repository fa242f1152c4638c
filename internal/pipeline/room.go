package pipeline

import (
	"context"
	"sync"
	"time"
)

// A process that finds no room leaves its work to others that have some, and rests until there
// is some here too. Where nobody else has room nothing is gained by waiting: it goes on, and
// the film is told what it lacks. So all of them say now and then that they are here, and
// whether they lack room; a process that died is soon thought to have none.
const (
	hereEvery   = 5 * time.Second
	hereLasts   = 15 * time.Second // without a word; a database that is slow costs some
	lookForRoom = time.Second
	roomAgain   = 5 * time.Second // after which what found no room is tried again
	longestRoom = time.Minute     // the same, where that was in vain again and again
)

// room is whether this process finds room for what it makes.
type room struct {
	mu      sync.Mutex
	lacked  time.Time     // since when it finds none; zero while it does
	resumed chan struct{} // closed when work is taken again; nil while it is
	pause   time.Duration // it rests at least; longer where there is less than it seems
	until   time.Time     // that is over
	found   time.Time     // when there was room again
}

// lacks notes that there was no room, and that this process rests. It reports whether it did not
// before.
func (r *room) lacks() (began bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if r.lacked.IsZero() {
		r.lacked = now
		if now.Sub(r.found) > longestRoom {
			r.pause = 0
		}
		r.pause = min(max(roomAgain, 2*r.pause), longestRoom)
	}
	r.until = now.Add(r.pause)
	if r.resumed != nil {
		return false
	}
	r.resumed = make(chan struct{})
	return true
}

// looks ends the lack when there may be room: has is what the disks say. It reports whether
// that ended it.
func (r *room) looks(has func() bool) (ended bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lacked.IsZero() || time.Now().Before(r.until) || has != nil && !has() {
		return false
	}
	r.lacked, r.found = time.Time{}, time.Now()
	r.resumeLocked()
	return true
}

// resume takes work again, although there may be no room.
func (r *room) resume() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resumeLocked()
}

func (r *room) resumeLocked() {
	if r.resumed != nil {
		close(r.resumed)
		r.resumed = nil
	}
}

// lacking tells since when there is no room.
func (r *room) lacking() (since time.Time, lacks bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lacked, !r.lacked.IsZero()
}

// resting is closed when work is taken again; nil when it is.
func (r *room) resting() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.resumed
}

// awake waits while this process rests.
func (p *Pipeline) awake(ctx context.Context) {
	if resumed := p.room.resting(); resumed != nil {
		select {
		case <-resumed:
		case <-ctx.Done():
		}
	}
}

// LacksRoom tells since when this process has left its work to others for lack of room.
func (p *Pipeline) LacksRoom() (since time.Time, lacks bool) { return p.room.lacking() }

// passOn reports whether what there is no room for here is left to another process that has
// some. Then this one rests.
func (p *Pipeline) passOn(ctx context.Context, cause error) bool {
	if p.Alone {
		return false
	}
	began := p.room.lacks()
	others, err := p.Store.Here(ctx, p.owner, true, hereLasts)
	if err == nil && !others {
		p.room.resume()
		return false
	}
	if began { // of a database that does not answer, whoever gives the work back is told
		p.Logger.WarnContext(ctx, "there is no room on this machine: films are left to other workers until there is; make room on its disk",
			"folder", p.Scratch, "error", cause)
		p.observe(Event{Kind: RoomLacked, Task: -1})
	}
	return true
}

// attend says that this process is here until ctx ends, and looks for room where it lacks it. A
// database that does not answer is named by whoever looks there for work.
func (p *Pipeline) attend(ctx context.Context) {
	tick := time.NewTicker(lookForRoom)
	defer tick.Stop()
	for said := time.Now(); ; {
		select {
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), partTime)
			defer cancel()
			if err := p.Store.Gone(ctx, p.owner); err != nil {
				p.Logger.WarnContext(ctx, "could not say that this worker is gone; it is soon noticed", "error", err)
			}
			return
		case <-tick.C:
		}
		ended := p.room.looks(p.HasRoom)
		if ended {
			p.Logger.InfoContext(ctx, "there may be room on this machine again: it takes work")
			p.observe(Event{Kind: RoomFound, Task: -1})
		}
		if !ended && time.Since(said) < hereEvery {
			continue
		}
		said = time.Now()
		_, lacks := p.room.lacking()
		others, err := p.Store.Here(ctx, p.owner, lacks, hereLasts)
		if err == nil && lacks && !others { // those that had room have it no more, or are gone
			p.room.resume()
		}
	}
}
