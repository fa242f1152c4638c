package pipeline

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	pathLasts     = time.Minute      // after that, whoever was there has left
	playheadEvery = 2 * time.Second  // a viewer's place is recorded no more often
	sweepEvery    = 10 * time.Second // what is old is forgotten
)

// paths is what this process remembers of where its viewers go: which segments were
// asked for, and who asked for which last. It is guarded by the desk.
type paths struct {
	asked   map[Segment]time.Time
	viewers map[viewer]place
	settled map[string]time.Time // videos that are not being made
	swept   time.Time
}

// viewer is a session that plays one stream of a video: picture or sound.
type viewer struct{ videoID, sessionID, rendition string }

type place struct {
	segment int
	at      time.Time
}

func (v viewer) at(p place) Segment { return Segment{v.videoID, v.rendition, p.segment} }

// Watched says that a session asked for a segment of a rendition. What lies before it is
// made sooner; where it had to wait, so are the next segments of that rendition. Where it
// was before it reads no more.
func (p *Pipeline) Watched(ctx context.Context, videoID, sessionID, rendition string, segment int) {
	s := Segment{VideoID: videoID, Rendition: rendition, Index: segment}
	record, onPath, unread := p.desk.watched(s, sessionID)
	if !record && !onPath && len(unread) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), partTime)
	go func() {
		defer cancel()
		p.readNoMore(ctx, unread)
		if record {
			p.recordPlayhead(ctx, s, sessionID)
		}
		if !onPath {
			return
		}
		planned, err := p.Store.Plan(ctx, videoID)
		if err == nil {
			p.askAhead(ctx, s, len(planned.Grid.Segments))
		}
	}()
}

func (p *Pipeline) recordPlayhead(ctx context.Context, s Segment, sessionID string) {
	err := p.Store.SetPlayhead(ctx, s.VideoID, sessionID, s.Index)
	switch {
	case fault.Is(err, fault.NotFound):
		p.desk.settle(s.VideoID)
	case err != nil:
		p.Logger.WarnContext(ctx, "could not record where a viewer is", "video", s.VideoID, "error", err)
	}
}

// watched remembers where a viewer is. It returns whether to record that, whether the
// viewer is where segments had to be asked for, and what was to be read ahead where the
// viewer was, if that is elsewhere.
func (d *desk) watched(s Segment, sessionID string) (record, onPath bool, unread []Segment) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	d.paths.sweep(now)
	this := viewer{s.VideoID, sessionID, s.Rendition}
	before, known := d.paths.viewers[this]
	d.paths.viewers[this] = place{s.Index, now}
	if was := this.at(before); known && !reaches(was, s) {
		unread = d.unread(was)
	}
	_, onPath = d.paths.asked[s]
	// Picture and sound are one playhead.
	playhead := viewer{videoID: s.VideoID, sessionID: sessionID}
	if now.Sub(d.paths.viewers[playhead].at) < playheadEvery || now.Sub(d.paths.settled[s.VideoID]) < pathLasts {
		return false, onPath, unread
	}
	d.paths.viewers[playhead] = place{s.Index, now}
	return true, onPath, unread
}

// settle remembers for a while that nothing is being made of a video.
func (d *desk) settle(videoID string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.paths.settled[videoID] = time.Now()
}

// sweep forgets, now and then, what is too old to mean anything.
func (p *paths) sweep(now time.Time) {
	if p.asked == nil {
		p.asked, p.viewers, p.settled = map[Segment]time.Time{}, map[viewer]place{}, map[string]time.Time{}
	}
	if now.Sub(p.swept) < sweepEvery {
		return
	}
	p.swept = now
	for s, at := range p.asked {
		if now.Sub(at) > pathLasts {
			delete(p.asked, s)
		}
	}
	for v, place := range p.viewers {
		if now.Sub(place.at) > pathLasts {
			delete(p.viewers, v)
		}
	}
	for id, at := range p.settled {
		if now.Sub(at) > pathLasts {
			delete(p.settled, id)
		}
	}
}

// following are the segments to be read ahead of one.
func following(s Segment, segments int) (list []Segment) {
	for k := s.Index + 1; k <= s.Index+readAhead && k < segments; k++ {
		list = append(list, Segment{s.VideoID, s.Rendition, k})
	}
	return list
}

// reader is the name this process reads ahead under: what is waited for stays asked for
// when what is read ahead is withdrawn.
func (p *Pipeline) reader() string { return p.owner + "/ahead" }

// askAhead asks for the segments after one, but for those that are there or were asked for. Whose
// viewer leaves meanwhile is asked for all the same: another may have come to need it, and relies
// on its having been asked for.
func (p *Pipeline) askAhead(ctx context.Context, s Segment, segments int) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), partTime)
	defer cancel()
	var wanted []Demand
	for _, next := range p.desk.notAsked(s, following(s, segments)) {
		if there, err := p.isStored(ctx, next.key()); !there || err != nil {
			wanted = append(wanted, Demand{next, Ahead})
		}
	}
	if len(wanted) == 0 {
		return
	}
	if _, err := p.Store.Ask(ctx, p.reader(), pathLasts, wanted...); err != nil {
		p.desk.notAskedAfterAll(wanted)
		p.Logger.WarnContext(ctx, "could not read ahead", "segment", s.key(), "error", err)
		return
	}
	p.demands[Ahead].ring()
	for _, d := range wanted {
		p.tellOf(segmentAhead, d.Segment)
	}
	p.readNoMore(ctx, p.desk.leftMeanwhile(s))
}

// readNoMore takes back what was to be read ahead.
func (p *Pipeline) readNoMore(ctx context.Context, unread []Segment) {
	if len(unread) == 0 {
		return
	}
	if err := p.takeBack(ctx, unread); err != nil {
		p.Logger.WarnContext(ctx, "could not withdraw what was to be read ahead; it will be forgotten", "segment", unread[0].key(), "error", err)
		return
	}
	p.floor.lookAgain(unread...)
	p.tellOf(segmentUnwanted, unread...)
}

// takeBack withdraws what was to be read ahead, and asks again for what somebody came to need
// meanwhile: their asking may have been the earlier of the two.
func (p *Pipeline) takeBack(ctx context.Context, unread []Segment) error {
	if err := p.Store.Withdraw(ctx, p.reader(), unread...); err != nil {
		return err
	}
	var wanted []Demand
	for _, s := range p.desk.neededAgain(unread) {
		wanted = append(wanted, Demand{s, Ahead})
	}
	if len(wanted) == 0 {
		return nil
	}
	if _, err := p.Store.Ask(ctx, p.reader(), pathLasts, wanted...); err != nil {
		return err
	}
	p.demands[Ahead].ring()
	for _, d := range wanted {
		p.tellOf(segmentAhead, d.Segment)
	}
	return nil
}

// neededAgain returns those of some segments that are asked for and that somebody is about
// to need. Who waits for one already asks for it by themselves.
func (d *desk) neededAgain(segments []Segment) (list []Segment) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range segments {
		if w := d.waits[s.key()]; w != nil && w.waiters > 0 {
			continue
		}
		if _, asked := d.paths.asked[s]; asked && d.inReach(s) {
			list = append(list, s)
		}
	}
	return list
}

// notAsked remembers that a segment and those after it are asked for, and returns those
// for which that must be said, for the first time or again.
func (d *desk) notAsked(s Segment, next []Segment) (list []Segment) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	d.paths.sweep(now)
	d.paths.asked[s] = now
	for _, n := range next {
		if at, asked := d.paths.asked[n]; !asked || now.Sub(at) >= askAgain-time.Second {
			list = append(list, n)
		}
		d.paths.asked[n] = now
	}
	return list
}

// notAskedAfterAll forgets what could not be asked for: whoever comes next to need it asks.
func (d *desk) notAskedAfterAll(wanted []Demand) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range wanted {
		delete(d.paths.asked, w.Segment)
	}
}

// abandoned returns what nobody is about to need of a segment that its last viewer has
// left and those after it. Who was last there has left it, and is nowhere.
func (d *desk) abandoned(s Segment) []Segment {
	d.mu.Lock()
	defer d.mu.Unlock()
	for v, place := range d.paths.viewers {
		if v.at(place) == s {
			delete(d.paths.viewers, v)
		}
	}
	return d.unread(s)
}

// leftMeanwhile returns what nobody is about to need any more of a segment and those after
// it, since they were asked for.
func (d *desk) leftMeanwhile(s Segment) []Segment {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.unread(s)
}

// unread returns what nobody is about to need of a segment and those after it, and forgets
// that they were asked for.
func (d *desk) unread(from Segment) (list []Segment) {
	for _, s := range append([]Segment{from}, following(from, from.Index+readAhead+1)...) {
		if !d.inReach(s) {
			delete(d.paths.asked, s)
			list = append(list, s)
		}
	}
	return list
}

// inReach reports whether somebody waits for a segment or one shortly before it, or is
// there.
func (d *desk) inReach(s Segment) bool {
	for _, w := range d.waits {
		if w.waiters > 0 && reaches(w.segment, s) {
			return true
		}
	}
	for v, place := range d.paths.viewers {
		if v.rendition != "" && time.Since(place.at) < pathLasts && reaches(v.at(place), s) {
			return true
		}
	}
	return false
}

// reaches reports whether whoever is at one segment will soon be at another.
func reaches(from, to Segment) bool {
	return from.VideoID == to.VideoID && from.Rendition == to.Rendition && from.Index <= to.Index && to.Index <= from.Index+readAhead
}
