package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/audit"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/delivery"
	"github.com/kkmovies/kkmovies/internal/ga4"
	"github.com/kkmovies/kkmovies/internal/insight"
	"github.com/kkmovies/kkmovies/internal/mongostore"
	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/internal/platform/geoip"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/platform/keys"
	"github.com/kkmovies/kkmovies/internal/platform/live"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
	"github.com/kkmovies/kkmovies/internal/upload"
	"github.com/kkmovies/kkmovies/internal/watch"
)

// house is every part, opened and connected, none started.
type house struct {
	config *config.Config
	log    *slog.Logger

	keeper  *keys.Keeper
	db      *sqlstore.DB
	secrets sqlstore.Secrets
	blobs   blob.Store
	cache   *cache.Cache
	tools   *ffmpeg.Tools // nil in a process that encodes nothing
	hub     *live.Hub     // nil in a process that only runs a command

	accounts  *account.Service
	profiles  *account.Profiles
	people    *account.People
	places    *geoip.File        // nil without KK_GEOIP_FILE
	delivery  *delivery.Delivery // nil in a process that serves nobody
	catalog   *catalog.Service
	filmStore catalog.FilmStore
	mongo     *mongostore.DB // nil where films are in the main database
	films     *catalog.Films
	finder    *catalog.Finder
	imports   *catalog.Imports
	drawing   sync.Mutex // of pencils
	pencils   *ffmpeg.Tools
	uploads   *upload.Service
	insight   *insight.Service
	visits    *ga4.Sender // nil without KK_GA4_MEASUREMENT_ID
	pipeline  *pipeline.Pipeline
	events    *events

	screens screens                                // open apps
	watch   *watch.Service                         // nil in a process that serves nobody
	ratings *ratings                               // likewise
	calls   func(ctx context.Context, c live.Call) // likewise

	audit *audit.Log // who changed what
}

// duties are what a process does of all there is to do.
type duties struct {
	serves  bool // people connect to it
	watched bool // they hear there what changes
	jobs    int  // background jobs run at once
	slots   int  // tasks encoded at once
	demand  int  // and besides, segments that viewers wait for
	alone   bool // no other process works on this database
}

// rolesOf returns the duties of a serve role. An encoder keeps to one core, since with more
// its bytes would differ from run to run; several at once use the others.
func rolesOf(role string, slots int, embedded bool) duties {
	if role == "api" {
		return duties{serves: true, watched: true}
	}
	slots = slotsOf(slots)
	return duties{serves: true, watched: role != "worker", jobs: 4, slots: slots, demand: max(2, slots/2), alone: embedded}
}

// open connects every part. The caller closes the house.
func open(ctx context.Context, c *config.Config, log *slog.Logger, d duties) (*house, error) {
	h := &house{config: c, log: log}
	if err := h.connect(ctx, d); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

func (h *house) connect(ctx context.Context, d duties) (err error) {
	c := h.config
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return err
	}
	tools := findTools(ctx, d, c, h.log) // starts programs, so it goes on while the rest opens
	if h.keeper, err = keys.Open(string(c.KeysURL), filepath.Join(c.DataDir, "key")); err != nil {
		return err
	}
	if err := h.connectShared(ctx, d); err != nil {
		return err
	}
	if h.db, err = sqlstore.Open(ctx, sqlstore.Options{URL: c.Database(), Workers: d.jobs, Conns: connsOf(d), Name: processName(), Logger: h.log}); err != nil {
		return err
	}
	h.secrets = h.db.Secrets(h.keeper)
	if h.blobs, err = openMedia(ctx, c); err != nil {
		return err
	}
	if err := h.connectAccounts(); err != nil {
		return err
	}
	hub := h.hub
	if !d.watched && reachOf(c) == ownClients {
		hub = nil // nobody would hear it
	}
	h.events = newEvents(h.db.Catalog(), hub, h.log)
	h.events.line, h.events.reach = h.db.Signals(), reachOf(c)
	h.catalog = catalog.NewService(h.db.Catalog(), h.events.changed, h.events.deleted, h.events.rated)
	if err := h.openFilms(ctx); err != nil {
		return err
	}
	h.connectFilms()
	h.connectInsight()
	h.connectWatch(d)
	if err := h.connectUploads(ctx); err != nil {
		return err
	}
	if h.tools, err = tools(); err != nil {
		return err
	}
	h.connectPipeline(d)
	h.audit = newRecord(c, h.db)
	h.registerJobs()
	return nil
}

// findTools looks for ffmpeg in the background and returns what waits for the answer:
// nil in a process that encodes nothing.
func findTools(ctx context.Context, d duties, c *config.Config, log *slog.Logger) func() (*ffmpeg.Tools, error) {
	if d.slots == 0 {
		return func() (*ffmpeg.Tools, error) { return nil, nil }
	}
	var tools *ffmpeg.Tools
	var err error
	found := make(chan struct{})
	go func() {
		defer close(found)
		tools, err = ffmpeg.Find(ctx, toolsOf(c, log))
	}()
	return func() (*ffmpeg.Tools, error) {
		<-found
		return tools, err
	}
}

func (h *house) connectPipeline(d duties) {
	var late []plan.Codec
	if h.config.AV1() {
		late = append(late, plan.AV1)
	}
	h.pipeline = pipeline.New(pipeline.Options{
		Store: h.db.Pipeline(), Blobs: h.blobs, Tools: h.tools, Ladder: plan.StandardLadder(), Late: late,
		Name: processName(), Scratch: scratchOf(h.config), Slots: d.slots, DemandSlots: d.demand, Alone: d.alone,
		HasRoom: func() bool { return hasRoom(h.config) },
		Longest: time.Duration(h.config.LongestFilm) * time.Hour, LargestSide: h.config.LargestSide,
		Signals: h.db.Signals(), Changed: h.events.changed, Observe: h.noteEncoding, Logger: h.log,
	})
}

// noteEncoding logs what encoders do and viewers wait for, for whoever looks closely.
func (h *house) noteEncoding(e pipeline.Event) {
	what := slog.Int("task", e.Task)
	if e.Rendition != "" {
		what = slog.String("segment", fmt.Sprintf("%s/%d", e.Rendition, e.Segment))
	}
	h.log.Debug("encoding", "event", string(e.Kind), "video", e.Video, what, "slot", e.Slot)
}

// secret returns the 32-byte signing key of this name, the same on every node.
func (h *house) secret(ctx context.Context, name string) ([]byte, error) {
	return h.secrets.Secret(ctx, name, func() ([]byte, error) {
		key := make([]byte, 32)
		_, err := rand.Read(key)
		return key, err
	})
}

// registerJobs gives every job its handler.
func (h *house) registerJobs() {
	q := h.db.Queue()
	h.pipeline.Register(q)
	jobs.Handle(q, func(ctx context.Context, j catalog.MediaGone) error {
		if err := h.blobs.DeletePrefix(ctx, "videos/"+j.VideoID+"/"); err != nil {
			return err
		}
		return h.blobs.DeletePrefix(ctx, "originals/"+j.VideoID+"/")
	}, nil)
	h.registerUploadJobs(q)
	h.registerFilmJobs(q)
	h.registerPeopleJobs(q)
	h.registerAuditJobs(q)
	h.registerInsightJobs(q)
}

func (h *house) close() {
	if h.events != nil {
		h.events.close()
	}
	if h.delivery != nil {
		h.delivery.Close()
	}
	h.closeWatch()
	h.closeAccounts()
	h.closeShared()
	h.closeFilms()
	if h.blobs != nil {
		_ = h.blobs.Close()
	}
	if h.db != nil {
		h.db.Close()
	}
	if h.keeper != nil {
		_ = h.keeper.Close()
	}
}

const stopWithin = 25 * time.Second
