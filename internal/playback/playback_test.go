package playback_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/playback"
)

const film = "a-film"

var (
	viewer = account.Principal{UserID: "u", ProfileID: "p", SessionID: "s", Role: account.Viewer}
	ends   = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
)

// library is Titles, Signer and Positions of one film.
type library struct {
	title    playback.Title
	position float64
	err      error
}

func (l *library) Title(_ context.Context, videoID string) (playback.Title, error) {
	if videoID != film {
		return playback.Title{}, fault.New(fault.NotFound, "library", "", "")
	}
	return l.title, nil
}

func (l *library) Open(sessionID, videoID string) (string, time.Time) {
	return "/media/" + sessionID + "-opens/" + videoID + "/", ends
}

func (l *library) Resume(_ context.Context, _ account.Principal, _, playing string) (float64, string, error) {
	return l.position, "7." + playing, l.err
}

// halfMade is a film of 90 s in two languages; its lowest rung and one language are
// whole, and of the next rungs the first 24 s.
func halfMade(t *testing.T) *library {
	t.Helper()
	p, err := plan.New(probe.Report{
		Format: "mov",
		Video:  probe.Video{Width: 1280, Height: 720, FrameRateNum: 25, FrameRateDen: 1, EndSeconds: 90},
		Audio: []probe.Audio{
			{Stream: 1, SampleRate: 48000, Language: "eng"},
			{Stream: 2, SampleRate: 48000, Language: "por", Default: true},
		},
	}, plan.StandardLadder(), nil)
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]plan.Made{}
	for _, r := range p.Renditions {
		made[r.ID] = plan.Made{Codecs: "c"}
	}
	made["video/360"] = plan.Made{Codecs: "c", Whole: true, PeakBandwidth: 512_345, AverageBandwidth: 400_000}
	made["audio/0-en"] = plan.Made{Codecs: "c", Whole: true, PeakBandwidth: 130_000, AverageBandwidth: 128_000, Loudness: &plan.Loudness{LUFS: -20, TruePeak: -3}}
	var finished []int
	for _, task := range p.Tasks {
		if task.Lane == plan.LaneQuality && task.FirstSegment == 0 {
			finished = append(finished, task.Seq)
		}
	}
	return &library{title: playback.Title{Plan: p, Made: made, Playable: true, Finished: finished, Previews: true}}
}

func (l *library) tickets() *playback.Tickets {
	return playback.NewTickets(playback.Options{Titles: l, Signer: l, Positions: l})
}

func TestATicketSaysWhatCanBePlayedNow(t *testing.T) {
	l := halfMade(t)
	l.position = 42.5
	ticket, err := l.tickets().Issue(t.Context(), viewer, film)
	if err != nil {
		t.Fatal(err)
	}
	if ticket.HLS != "/media/s-opens/a-film/playlist.m3u8" || ticket.Player != "/media/s-opens/a-film/player.m3u8" || ticket.DASH != "/media/s-opens/a-film/manifest.mpd" ||
		ticket.Previews != "/media/s-opens/a-film/thumbnails.vtt" {
		t.Errorf("paths %q, %q, %q", ticket.HLS, ticket.DASH, ticket.Previews)
	}
	if ticket.FrameRate != 25 {
		t.Errorf("%v pictures a second", ticket.FrameRate)
	}
	if ticket.DurationSeconds != 90 || ticket.ResumeAtSeconds != 42.5 || !ticket.Expires.Equal(ends) || ticket.SessionID == "" {
		t.Errorf("%+v", ticket)
	}
	var rungs []int
	for _, r := range ticket.Renditions {
		rungs = append(rungs, r.Height)
		want, bandwidth := []plan.Span{{Start: 0, End: 24}}, r.MaxRate*3/2
		if r.ID == "video/360" {
			want, bandwidth = []plan.Span{{Start: 0, End: 90}}, 512_345
		}
		if !slices.Equal(r.Ready, want) || r.Bandwidth != bandwidth {
			t.Errorf("%s: ready %v, bandwidth %d", r.ID, r.Ready, r.Bandwidth)
		}
	}
	if !slices.Equal(rungs, []int{360, 480, 720}) {
		t.Errorf("rungs %v", rungs)
	}
	if len(ticket.Audio) != 2 || ticket.Audio[0].Default || !ticket.Audio[1].Default {
		t.Errorf("audio %+v", ticket.Audio)
	}
	if l := ticket.Audio[0].Loudness; l == nil || l.LUFS != -20 || ticket.Audio[1].Loudness != nil {
		t.Errorf("loudness %+v, and of what is not measured %+v", l, ticket.Audio[1].Loudness)
	}
}

func TestEveryPlayingHasItsOwnSession(t *testing.T) {
	tickets := halfMade(t).tickets()
	one, err1 := tickets.Issue(t.Context(), viewer, film)
	two, err2 := tickets.Issue(t.Context(), viewer, film)
	if err1 != nil || err2 != nil || one.SessionID == two.SessionID {
		t.Fatalf("%q, %q, %v, %v", one.SessionID, two.SessionID, err1, err2)
	}
}

func TestWhoMayNotPlayGetsNoTicket(t *testing.T) {
	l := halfMade(t)
	if _, err := l.tickets().Issue(t.Context(), account.Principal{UserID: "u"}, film); !fault.Is(err, fault.SignedOut) {
		t.Errorf("nobody signed in: %v", err)
	}
	if _, err := l.tickets().Issue(t.Context(), viewer, "another"); !fault.Is(err, fault.NotFound) {
		t.Errorf("no such film: %v", err)
	}
	l.title.Playable = false
	if _, err := l.tickets().Issue(t.Context(), viewer, film); !fault.Is(err, fault.Conflict) || fault.CodeOf(err) != "not_playable" || fault.PublicOf(err) == "" {
		t.Errorf("nothing to begin with: %v", err)
	}
	l.title = playback.Title{}
	if _, err := l.tickets().Issue(t.Context(), viewer, film); fault.CodeOf(err) != "not_playable" {
		t.Errorf("no plan: %v", err)
	}
}

func TestNobodyResumesOutsideTheFilm(t *testing.T) {
	l := halfMade(t)
	for position, want := range map[float64]float64{0: 0, -1: 0, 79.9: 79.9, 89.9: 89.9, 90: 0, 1e9: 0} {
		l.position = position
		ticket, err := l.tickets().Issue(t.Context(), viewer, film)
		if err != nil || ticket.ResumeAtSeconds != want {
			t.Errorf("from %v: %v, %v", position, ticket.ResumeAtSeconds, err)
		}
		if ticket.Era == nil || *ticket.Era != "7."+ticket.SessionID {
			t.Errorf("it reports in %v, of the playing %s", ticket.Era, ticket.SessionID)
		}
	}
	tickets := playback.NewTickets(playback.Options{Titles: l, Signer: l})
	if ticket, err := tickets.Issue(t.Context(), viewer, film); err != nil || ticket.ResumeAtSeconds != 0 || ticket.Era != nil {
		t.Errorf("without positions: %+v, %v", ticket, err)
	}
}

// It would be worse not to play at all. Nothing is lost by it: what is reported without an era
// joins what is known by then, and never takes a position back.
func TestAFilmPlaysFromItsStartWhileItIsNotKnownWhereItsViewerWas(t *testing.T) {
	l := halfMade(t)
	l.position, l.err = 42, errors.New("the store is away")
	var said bytes.Buffer
	tickets := playback.NewTickets(playback.Options{Titles: l, Signer: l, Positions: l, Logger: slog.New(slog.NewTextHandler(&said, nil))})
	ticket, err := tickets.Issue(t.Context(), viewer, film)
	if err != nil || ticket.ResumeAtSeconds != 0 || ticket.Era != nil || ticket.HLS == "" {
		t.Errorf("%+v, %v", ticket, err)
	}
	if !strings.Contains(said.String(), "the store is away") {
		t.Errorf("logged %q", said.String())
	}
}

// The source's own picture and sound are offered for as long as it is the file that was
// planned.
func TestWhatWasTakenBackIsNotOffered(t *testing.T) {
	const copied = "audio/2-fr"
	l := halfMade(t)
	l.title.Plan.Renditions = append(l.title.Plan.Renditions,
		plan.Rendition{ID: plan.SourceID, Kind: plan.Video, Copy: true, Height: 720},
		plan.Rendition{ID: copied, Kind: plan.Audio, Copy: true})
	offered := func() (seen, heard bool) {
		ticket, err := l.tickets().Issue(t.Context(), viewer, film)
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(ticket.Renditions, func(r playback.Rendition) bool { return r.Copy }),
			slices.ContainsFunc(ticket.Audio, func(s playback.Sound) bool { return s.Copy })
	}
	l.title.Made[plan.SourceID], l.title.Made[copied] = plan.Made{Codecs: "c", Whole: true}, plan.Made{Codecs: "c", Whole: true}
	if seen, heard := offered(); !seen || !heard {
		t.Errorf("offered while it is there: picture %v, sound %v", seen, heard)
	}
	delete(l.title.Made, plan.SourceID)
	delete(l.title.Made, copied)
	if seen, heard := offered(); seen || heard {
		t.Errorf("offered after it was taken back: picture %v, sound %v", seen, heard)
	}
}

func TestATicketLeadsToWordsAndChapters(t *testing.T) {
	l := halfMade(t)
	l.title.Subtitles = []plan.Subtitle{plan.NewSubtitle(0, plan.Subtitle{Language: "pt"})}
	l.title.Chapters = []plan.Chapter{{Title: "One", EndSeconds: 90}}
	ticket, err := playback.NewTickets(playback.Options{Titles: l, Signer: l, Positions: l}).Issue(t.Context(), viewer, film)
	if err != nil || len(ticket.Subtitles) != 1 || ticket.Subtitles[0].Path != "/media/s-opens/a-film/subtitles/0-pt.vtt" || !slices.Equal(ticket.Chapters, l.title.Chapters) {
		t.Errorf("%+v, %v", ticket, err)
	}
}

func TestAFilmThatIsNotForAViewerIsNotThere(t *testing.T) {
	l := halfMade(t)
	child := viewer
	var err error
	if child.Limit, err = catalog.RatingOf(12); err != nil {
		t.Fatal(err)
	}
	issue := func(who account.Principal) error {
		_, err := l.tickets().Issue(t.Context(), who, film)
		return err
	}
	if err := issue(child); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unrated film for a child: %v", err)
	}
	if l.title.Rating, err = catalog.RatingOf(14); err != nil {
		t.Fatal(err)
	}
	if err := issue(child); !fault.Is(err, fault.NotFound) {
		t.Errorf("one from 14 for a child: %v", err)
	}
	l.title.Playable = false
	if err := issue(child); !fault.Is(err, fault.NotFound) {
		t.Errorf("one that is not ready: %v", err)
	}
	l.title.Playable = true
	if err := issue(viewer); err != nil {
		t.Errorf("for who has no limit: %v", err)
	}
	if l.title.Rating, err = catalog.RatingOf(10); err != nil {
		t.Fatal(err)
	}
	if err := issue(child); err != nil {
		t.Errorf("one from 10 for a child: %v", err)
	}
}
