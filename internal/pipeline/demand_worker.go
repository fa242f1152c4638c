package pipeline

import (
	"context"
	"errors"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// demandRenewEvery is also how late it is noticed, where a signal is lost, that nobody wants
// a segment any more.
const demandRenewEvery = time.Second

// takeDemands makes what is wanted, the newest first. Those who wait and what is read
// ahead have slots of their own, so that neither a viewer nor an idle core waits for the
// other.
func (p *Pipeline) takeDemands(ctx context.Context, slot int, kind DemandKind) {
	for p.awake(ctx); ctx.Err() == nil; p.awake(ctx) {
		w, err := p.Store.TakeDemand(ctx, p.owner, kind, lease)
		if err == nil {
			p.demands[kind].ring() // there may be more: let the next slot look too
			p.meet(ctx, w, slot)
			continue
		}
		if !fault.Is(err, fault.NotFound) && ctx.Err() == nil {
			p.Logger.WarnContext(ctx, "cannot look for what viewers wait for", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-p.demands[kind]:
		case <-time.After(workPollEvery):
		}
	}
}

// meet makes one segment under its lease, and says how it went as work does.
func (p *Pipeline) meet(ctx context.Context, w DemandWork, slot int) {
	about := ofSegment(DemandTaken, w.Segment)
	about.Demand, about.Slot = w.Kind, slot
	p.observe(about)
	on := p.floor.enter(run{about: about, makes: []Segment{w.Segment}, always: w.Kind == Waited || p.desk.waitedFor(w.Segment)})
	p.floor.lookAgain(w.Segment) // it may have been withdrawn before it could be found on the floor
	sizes, err := p.makeDemanded(ctx, w, on)
	on.leave()
	if err == nil {
		err = patiently(ctx, func(ctx context.Context) error {
			return p.Store.DemandDone(ctx, w.Segment, sizes[w.Rendition][0])
		})
	}
	after := context.WithoutCancel(ctx)
	switch {
	case err == nil:
		about.Kind = DemandMade
		p.desk.tell(w.key(), nil) // it may have been there before
		p.tell(segmentSettled, w.key())
		p.observe(about)
		p.Changed(ctx, w.VideoID)
	case errors.Is(err, errLost) || fault.Is(err, fault.NotFound):
		about.Kind = DemandCancelled
		p.observe(about)
		p.clearIfGone(after, w.VideoID)
	case ctx.Err() != nil:
		p.giveBackDemand(after, w)
	case fault.Is(err, fault.NoSpace) && p.passOn(after, err):
		p.giveBackDemand(after, w)
	case fault.Is(err, fault.Unavailable): // that is no fault of the film
		p.Logger.WarnContext(ctx, "a part that a demand needs is away; it is tried again", "segment", w.key(), "error", err)
		p.giveBackDemand(ctx, w)
		rest(ctx, demandRest)
	default:
		about.Kind = DemandFailed
		p.observe(about)
		p.demandFailed(after, w, err)
	}
}

// demandRest is how long a slot lets go by before it turns again to a part that is away.
const demandRest = time.Second

// giveBackDemand leaves a demand to whoever takes it next.
func (p *Pipeline) giveBackDemand(ctx context.Context, w DemandWork) {
	err := patiently(ctx, func(ctx context.Context) error { return p.Store.ReleaseDemand(ctx, w) })
	switch {
	case err == nil:
		p.tellOf(topicOf(w.Kind), w.Segment)
	case fault.Is(err, fault.NotFound):
		p.clearIfGone(ctx, w.VideoID)
	default:
		p.Logger.WarnContext(ctx, "could not give a demand back; its lease will run out", "segment", w.key(), "error", err)
	}
}

func (p *Pipeline) makeDemanded(ctx context.Context, w DemandWork, on *run) (Sizes, error) {
	h := hold(ctx, on, demandRenewEvery, func(ctx context.Context) error {
		kind, err := p.Store.RenewDemand(ctx, w, lease)
		if err == nil && kind == Waited {
			on.want()
		}
		return err
	})
	defer h.release()
	planned, err := p.Store.Plan(h.ctx, w.VideoID)
	if err != nil {
		return nil, h.why(err)
	}
	rendition, ok := planned.Rendition(w.Rendition)
	if !ok {
		return nil, fault.New(fault.NotFound, "pipeline.demand", "", "")
	}
	task := plan.Task{Seq: -1, Kind: rendition.Kind, FirstSegment: w.Index, Segments: 1, Renditions: []string{w.Rendition}}
	sizes, err := p.produce(h, w.VideoID, task, true)
	return sizes, h.why(err)
}

// demandFailed gives a demand back, or gives it up: then those who wait are told. The
// film goes on: its own task may do better.
func (p *Pipeline) demandFailed(ctx context.Context, w DemandWork, cause error) {
	gaveUp, err := p.Store.DemandFailed(ctx, w, mostFailures)
	p.Logger.WarnContext(ctx, "could not make a segment that is waited for", "segment", w.key(), "gaveUp", gaveUp, "error", cause)
	switch {
	case fault.Is(err, fault.NotFound):
		p.clearIfGone(ctx, w.VideoID)
	case err != nil:
		p.Logger.WarnContext(ctx, "could not record a failed demand; its lease will run out", "segment", w.key(), "error", err)
	case gaveUp:
		p.desk.tell(w.key(), givenUp(cause))
		p.tell(segmentSettled, w.key())
	}
}

// givenUp is what those who wait are told: what the cause has to say to them, if anything,
// and else what they are told whose process finds the demand given up.
func givenUp(cause error) error {
	if fault.PublicOf(cause) != "" {
		return fault.Wrap("pipeline.make", cause)
	}
	told := *errGivenUp
	told.Cause = cause
	return &told
}

func topicOf(kind DemandKind) string {
	if kind == Waited {
		return segmentWaited
	}
	return segmentAhead
}
