// Package delivery owns the way bytes leave: signed media paths, what stands behind
// each of them, and how long it may be kept. It makes playlists and manifests on the
// way out and names the stored object for everything else; httpapi sends both. It
// knows no HTTP and no storage, and no other domain but the plain types of
// catalog and pipeline/plan: what it needs of others it asks for by Titles and Sessions.
//
// A path is /media/{token}/{videoId}/…, so any player plays it, without a cookie. What
// follows the token is the same for every viewer: an edge that checks the token and
// removes it can share what it keeps.
package delivery

import (
	"context"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Title is what is known of a video that may be sent.
type Title struct {
	Plan    plan.Plan // without renditions while there is none
	Rating  catalog.Rating
	Made    map[string]plan.Made
	Sprites plan.Sprites // zero while there are none

	Subtitles []plan.Subtitle
}

// Titles finds a video's plan and how far it has come; fault.NotFound when there is no
// such video.
type Titles interface {
	Title(ctx context.Context, videoID string) (Title, error)
}

// Sessions answers what a session that is signed in may see now, and a fault that may be
// shown for one that is not. It is asked at every request, so it must be quick.
type Sessions interface {
	Limit(ctx context.Context, sessionID string) (catalog.Rating, error)
}

// Cache is how long, and by whom, a resource may be kept.
type Cache int

const (
	Immutable Cache = iota // by anybody, for ever: it is written once
	Brief                  // by anybody, for BriefLife: it grows with the video
	Private                // by its viewer alone, for BriefLife: it names their token
)

// BriefLife is how long a playlist lives, and so how long an edge may go on sending it
// after a video is gone.
const BriefLife = 5 * time.Minute

// Resource is what stands behind a path: bytes made for it, or a stored object.
type Resource struct {
	ContentType string
	Cache       Cache
	Body        []byte // nil when Key is set
	Key         string // of a stored object, which may not have been made yet

	// Make makes the object when it is not there, and returns it where there is no room to
	// store it; nil for what is made in its own time.
	Make func(ctx context.Context) (unstored []byte, err error)

	// Cut makes what is sent of the object, which is small; nil for the object itself.
	Cut func(object []byte) []byte
}

// The bounds of what is remembered of titles: of segments in all, and how long. Changed is
// called for what other nodes make too; where that word is lost, this bounds how late this
// node learns of it.
const (
	rememberedSegments = 500_000 // about 275 films of two hours, 20 MB
	rememberedFor      = 30 * time.Second
	loadTimeout        = 10 * time.Second
)

// Delivery resolves media paths.
type Delivery struct {
	signer   *Signer
	titles   Titles
	sessions Sessions
	maker    SegmentMaker
	known    *otter.Cache[string, known]
	held     waiting
	changes  changes
}

// known is a remembered title. Its DASH manifest takes milliseconds to write, so that is
// done once for all viewers, when the first one asks.
type known struct {
	Title
	manifest func() ([]byte, error)
}

// New returns a Delivery; Close ends it.
func New(signer *Signer, titles Titles, sessions Sessions, maker SegmentMaker) *Delivery {
	return &Delivery{
		signer: signer, titles: titles, sessions: sessions, maker: maker,
		held: waiting{of: map[string]int{}},
		known: otter.Must(&otter.Options[string, known]{
			MaximumWeight: rememberedSegments,
			Weigher: func(_ string, t known) uint32 {
				return uint32(1 + len(t.Plan.Grid.Segments) + len(t.Plan.Tasks))
			},
			ExpiryCalculator: otter.ExpiryWriting[string, known](rememberedFor),
		}),
	}
}

// Close releases what New began.
func (d *Delivery) Close() { d.known.StopAllGoroutines() }

// Changed forgets what is remembered of a video: call it whenever one changes.
func (d *Delivery) Changed(videoID string) {
	d.known.Invalidate(videoID)
	d.changes.tell()
}

// Forget forgets what is remembered of all videos: call it when some may have changed.
func (d *Delivery) Forget() {
	d.known.InvalidateAll()
	d.changes.tell()
}

// Resolve says what stands behind /media/{token}/{videoID}/{path}. Everything that is
// not in the video's plan is fault.NotFound; a token that does not fit is
// fault.Forbidden, whatever the path.
func (d *Delivery) Resolve(ctx context.Context, token, videoID, path string) (Resource, error) {
	grant, err := d.signer.Verify(token, videoID)
	if err != nil {
		return Resource{}, err
	}
	name, ok := parseName(path)
	if !ok {
		return Resource{}, notFound()
	}
	limit, err := d.sessions.Limit(ctx, grant.SessionID)
	if err != nil {
		return Resource{}, fault.Wrap("delivery.resolve", err)
	}
	title, err := d.title(ctx, videoID)
	if err != nil {
		return Resource{}, fault.Wrap("delivery.resolve", err)
	}
	if !title.Rating.Within(limit) { // the session speaks for another profile since, or the rating is new
		return Resource{}, refused("above_limit", "This film is not for this profile.")
	}
	found, err := title.resource(name, videoID, root(token, videoID))
	switch {
	case err != nil:
	case name.kind == segment:
		d.maker.Watched(ctx, videoID, grant.SessionID, name.rendition, name.number)
		found.Make = d.making(grant.SessionID, videoID, name)
	case name.kind == initialisation:
		found.Make = d.settingUp(grant.SessionID, videoID, name.rendition)
	}
	return found, err
}

// title remembers titles. Whoever asks first loads for all, so the load must survive
// that one going away.
func (d *Delivery) title(ctx context.Context, videoID string) (known, error) {
	return d.known.Get(ctx, videoID, otter.LoaderFunc[string, known](func(ctx context.Context, id string) (known, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), loadTimeout)
		defer cancel()
		t, err := d.titles.Title(ctx, id)
		return known{t, sync.OnceValues(func() ([]byte, error) { return plan.MPD(t.Plan, t.Made, t.Subtitles...) })}, err
	}))
}

// resource finds a name in the plan.
func (t known) resource(n name, videoID, root string) (Resource, error) {
	stored := func(contentType string) (Resource, error) {
		return Resource{ContentType: contentType, Cache: Immutable, Key: plan.FileKey(videoID, n.String())}, nil
	}
	if len(t.Plan.Renditions) == 0 {
		return Resource{}, notFound()
	}
	switch n.kind {
	case multivariant:
		body, err := plan.Multivariant(t.Plan, t.Made, t.Subtitles...)
		return Resource{ContentType: typeHLS, Cache: Brief, Body: body}, err
	case everything:
		return Resource{ContentType: typeHLS, Cache: Brief, Body: plan.Player(t.Plan, t.Made)}, nil
	case manifest:
		body, err := t.manifest()
		return Resource{ContentType: typeDASH, Cache: Brief, Body: body}, err
	case poster:
		return stored(typeJPEG)
	case thumbnails:
		if t.Sprites.Sheets() == 0 {
			return Resource{}, notFound()
		}
		return Resource{ContentType: typeVTT, Cache: Private, Body: previews(t.Sprites, root, t.Plan.DurationSeconds)}, nil
	case sprite:
		if n.number >= t.Sprites.Sheets() {
			return Resource{}, notFound()
		}
		return stored(typeJPEG)
	}
	if n.ofSubtitle() {
		return t.subtitle(n, videoID)
	}
	r, ok := t.Plan.Rendition(n.rendition)
	if !ok {
		return Resource{}, notFound()
	}
	contentType := typeVideo
	if r.Kind == plan.Audio {
		contentType = typeAudio
	}
	switch n.kind {
	case media:
		return Resource{ContentType: typeHLS, Cache: Brief, Body: plan.MediaPlaylist(t.Plan, r)}, nil
	case initialisation:
		return stored(contentType)
	case segment:
		if n.number < len(t.Plan.Grid.Segments) {
			return stored(contentType)
		}
	}
	return Resource{}, notFound()
}

func notFound() error {
	return fault.New(fault.NotFound, "delivery.resolve", "", "")
}
