// Package playback owns one question: may this viewer play this video now, and with
// what? The answer is a Ticket. It knows no HTTP and no storage, and no other domain
// but the plain types of account, catalog and pipeline/plan: the rest it asks for by Titles,
// Signer and Positions.
package playback

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Title is how far a video has come.
type Title struct {
	Plan     plan.Plan // without renditions while there is none
	Rating   catalog.Rating
	Made     map[string]plan.Made
	Playable bool             // our player can begin
	Finished []int            // Seq of every finished task
	OnDemand map[string][]int // segments made before their task, by rendition
	Previews bool             // there are small pictures for the bar

	Subtitles []plan.Subtitle
	Chapters  []plan.Chapter
}

// Titles finds a video; fault.NotFound when there is no such video.
type Titles interface {
	Title(ctx context.Context, videoID string) (Title, error)
}

// Signer opens a video to a session: its files are found below the path until then.
type Signer interface {
	Open(sessionID, videoID string) (path string, expires time.Time)
}

// Positions remembers where viewers were.
type Positions interface {
	// Resume returns where a playing of this id begins, 0 for who has not begun, and the era in
	// which it reports.
	Resume(ctx context.Context, viewer account.Principal, videoID, playing string) (at float64, era string, err error)
}

// Options are the parts a Tickets asks.
type Options struct {
	Titles    Titles
	Signer    Signer
	Positions Positions // nil: everybody begins at the start
	Logger    *slog.Logger
}

// Tickets issues tickets.
type Tickets struct{ Options }

// NewTickets returns a Tickets on these parts.
func NewTickets(o Options) *Tickets {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Tickets{o}
}

// Ticket is all a player needs. It may be asked for again at any time: the new one
// knows more renditions and lasts longer.
type Ticket struct {
	SessionID       string // of this playing, for the positions it will report
	HLS, DASH       string // absolute paths, signed, of what is whole: for any player
	Player          string // of everything that is planned: for one that heeds Ready
	Previews        string // "" while there are none
	DurationSeconds float64
	ResumeAtSeconds float64
	Era             *string     // in which it reports them; nil while it is not known where its viewer was
	FrameRate       float64     // pictures a second, of every rung
	Renditions      []Rendition // every planned rung, whole or not, lowest first; then those in AV1, whole
	Audio           []Sound     // one of them is the default
	Subtitles       []Subtitle
	Chapters        []plan.Chapter
	Expires         time.Time
}

// Rendition is one planned rung and the stretches of it that can be played now.
type Rendition struct {
	plan.Rendition
	Ready []plan.Span
}

// Subtitle is one text track and where it is.
type Subtitle struct {
	plan.Subtitle
	Path string
}

// Sound is one planned sound and what is known of how loud it is.
type Sound struct {
	plan.Rendition
	Loudness *plan.Loudness // nil until it is measured
}

// Issue answers a viewer who wants to play a video: fault.Conflict, not_playable, until
// our player can begin, which is long before anything is whole.
func (t *Tickets) Issue(ctx context.Context, viewer account.Principal, videoID string) (Ticket, error) {
	const op = "playback.issue"
	if viewer.SessionID == "" {
		return Ticket{}, fault.New(fault.SignedOut, op, "signed_out", "Sign in to play.")
	}
	title, err := t.Titles.Title(ctx, videoID)
	if err != nil {
		return Ticket{}, fault.Wrap(op, err)
	}
	if !title.Rating.Within(viewer.Limit) {
		return Ticket{}, fault.New(fault.NotFound, op, "", "") // to this viewer it is not there
	}
	if !title.Playable {
		return Ticket{}, fault.New(fault.Conflict, op, "not_playable", "This film is not ready to be played yet.")
	}
	playing := uuid.Must(uuid.NewV7()).String()
	resume, era := t.resume(ctx, viewer, videoID, playing, title.Plan.DurationSeconds)
	path, expires := t.Signer.Open(viewer.SessionID, videoID)
	ticket := Ticket{
		SessionID:       playing,
		HLS:             path + plan.MultivariantName,
		DASH:            path + plan.ManifestName,
		Player:          path + plan.PlayerName,
		DurationSeconds: title.Plan.DurationSeconds,
		ResumeAtSeconds: resume,
		Era:             era,
		FrameRate:       title.Plan.Grid.FrameRate(),
		Renditions:      renditions(title),
		Audio:           sounds(title),
		Chapters:        title.Chapters,
		Expires:         expires,
	}
	for _, s := range title.Subtitles {
		ticket.Subtitles = append(ticket.Subtitles, Subtitle{s, path + plan.SubtitleName(s.ID)})
	}
	if title.Previews {
		ticket.Previews = path + plan.ThumbnailsName
	}
	return ticket, nil
}

// Growth is what there is of a video by now.
type Growth struct {
	Renditions []Rendition // as in Ticket
	Subtitles  []plan.Subtitle
	Chapters   int
	Previews   bool
}

// Growth tells those who hold a Ticket what came since, without another.
func (t *Tickets) Growth(ctx context.Context, videoID string) (Growth, error) {
	title, err := t.Titles.Title(ctx, videoID)
	if err != nil {
		return Growth{}, fault.Wrap("playback.growth", err)
	}
	return Growth{renditions(title), title.Subtitles, len(title.Chapters), title.Previews}, nil
}

// resume is where to begin, and in which era. That it is not known is no reason not to play.
func (t *Tickets) resume(ctx context.Context, viewer account.Principal, videoID, playing string, duration float64) (float64, *string) {
	if t.Positions == nil {
		return 0, nil
	}
	at, era, err := t.Positions.Resume(ctx, viewer, videoID, playing)
	if err != nil {
		t.Logger.WarnContext(ctx, "a film begins at its start: it is not known where its viewer was", "video", videoID, "error", err)
		return 0, nil
	}
	if at < 0 || at >= duration { // of another cut
		at = 0
	}
	return at, &era
}

// renditions are the planned rungs with what is ready of each. A whole one is ready to
// its end, whatever is remembered of its tasks.
func renditions(title Title) []Rendition {
	ready := title.Plan.Ready(title.Finished, title.OnDemand)
	var all []Rendition
	for _, v := range title.Plan.Of(plan.Video) {
		if !title.Made[v.ID].Whole && (v.Copy || v.Late()) {
			continue // taken back: the file is no longer what it was; or nobody waits for it
		}
		r := Rendition{Rendition: v, Ready: ready[v.ID]}
		if m := title.Made[v.ID]; m.Whole {
			r.Ready = []plan.Span{{Start: 0, End: title.Plan.DurationSeconds}}
			r.Bandwidth, r.Codecs = m.PeakBandwidth, m.Codecs
		}
		all = append(all, r)
	}
	return all
}

// sounds are the planned ones, but for those that were taken back, as a rung may be.
func sounds(title Title) []Sound {
	var all []Sound
	for _, a := range title.Plan.Of(plan.Audio) {
		if a.Copy && !title.Made[a.ID].Whole {
			continue
		}
		all = append(all, Sound{a, title.Made[a.ID].Loudness})
	}
	return all
}
