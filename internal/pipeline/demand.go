package pipeline

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
)

// Segment names one segment of one rendition of a video, by its index in the grid.
type Segment struct {
	VideoID   string
	Rendition string
	Index     int
}

func (s Segment) key() string { return plan.Key(s.VideoID, s.Rendition, s.Index) }

// DemandKind is how much a segment is wanted.
type DemandKind string

const (
	Waited DemandKind = "waited" // somebody waits for it
	Ahead  DemandKind = "ahead"  // somebody will be there next
)

// Demand is a wish for a segment before its task's turn.
type Demand struct {
	Segment
	Kind DemandKind
}

// Standing is how a demand stands.
type Standing string

const (
	Wanted  Standing = "wanted"  // queued, or being made
	Made    Standing = "made"    // stored
	GivenUp Standing = "givenup" // it failed too often
)

// DemandWork is one leased demand.
type DemandWork struct {
	Demand
	Owner string
}

// DemandStore keeps the demands: of each segment one, however many ask for it.
type DemandStore interface {
	// Ask says that a process wants segments, and for how long it will have done so unless
	// it asks again, and returns how each stands. What one call asks for is wanted in that
	// order. To ask again neither changes the order nor lessens the kind.
	// fault.NotFound for segments no plan has.
	Ask(ctx context.Context, asker string, lasts time.Duration, wanted ...Demand) ([]Standing, error)
	// Withdraw says that a process no longer wants segments. What nobody else wants is
	// forgotten, even while it is being made; what is made stays.
	Withdraw(ctx context.Context, asker string, segments ...Segment) error

	// TakeDemand leases the newest demand of a kind that is queued or abandoned, and still
	// asked for; fault.NotFound when there is none.
	TakeDemand(ctx context.Context, owner string, kind DemandKind, lease time.Duration) (DemandWork, error)
	// RenewDemand extends a lease and returns the kind of the demand now; fault.NotFound
	// when the lease was lost or nobody wants the segment any more.
	RenewDemand(ctx context.Context, w DemandWork, lease time.Duration) (DemandKind, error)
	// ReleaseDemand gives a demand back untouched.
	ReleaseDemand(ctx context.Context, w DemandWork) error
	// DemandFailed gives a demand back, or gives it up when it has failed this often.
	DemandFailed(ctx context.Context, w DemandWork, most int) (gaveUp bool, err error)
	// DemandDone says that a segment is stored. That is a fact, whoever holds a lease.
	DemandDone(ctx context.Context, s Segment, bytes int64) error

	// MadeOnDemand returns which segments of each rendition that is not whole were made on
	// demand, in order.
	MadeOnDemand(ctx context.Context, videoID string) (map[string][]int, error)
}
