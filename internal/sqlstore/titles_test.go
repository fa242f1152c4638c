package sqlstore

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// addProcessing adds a video that waits for its plan.
func addProcessing(t *testing.T, d *DB) (videoID string) {
	t.Helper()
	videoID = uuid.Must(uuid.NewV7()).String()
	run(t, d, `INSERT INTO videos (id, title, status, created_at, updated_at, user_id, profile_id, session_id)
		VALUES ($1, 'A film', 'processing', $2, $2, 'u', 'p', 's')`, videoID, now())
	return videoID
}

func TestATitleIsKnownFromItsFirstMomentToItsLast(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		d := open(t, e.migrated(t))
		deliverable, playable, work := d.Deliverable(), d.Playable(), d.Pipeline()
		videoID := addProcessing(t, d)

		// Before there is a plan.
		t1, err := deliverable.Title(t.Context(), videoID)
		if err != nil || len(t1.Plan.Renditions) != 0 || len(t1.Made) != 0 || t1.Sprites.Sheets() != 0 {
			t.Fatalf("unplanned: %+v, %v", t1, err)
		}
		if t2, err := playable.Title(t.Context(), videoID); err != nil || len(t2.Plan.Renditions) != 0 || t2.Previews {
			t.Fatalf("unplanned: %+v, %v", t2, err)
		}

		// Planned, and one task done.
		p, err := plan.New(probe.Report{
			Format: "mov",
			Video:  probe.Video{Width: 640, Height: 360, FrameRateNum: 25, FrameRateDen: 1, EndSeconds: 5},
			Audio:  []probe.Audio{{Stream: 1, SampleRate: 48000, Language: "por"}},
		}, plan.StandardLadder(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := work.SavePlan(t.Context(), pipeline.Planned{
			Source: pipeline.Source{VideoID: videoID}, Plan: p,
			Codecs: map[string]string{"video/360": "avc1.64001e", "audio/0-pt": "mp4a.40.2"},
		}); err != nil {
			t.Fatal(err)
		}
		done := map[int]bool{}
		finish := func() pipeline.Work {
			t.Helper()
			w, err := work.Take(t.Context(), "me", time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			sizes := pipeline.Sizes{}
			for _, id := range w.Task.Renditions {
				sizes[id] = slices.Repeat([]int64{1000}, w.Task.Segments)
			}
			if err := work.Done(t.Context(), w, sizes); err != nil {
				t.Fatal(err)
			}
			done[w.Task.Seq] = true
			return w
		}
		finish()
		t2, err := playable.Title(t.Context(), videoID)
		if err != nil || !reflect.DeepEqual(t2.Plan, p) || t2.Made["video/360"].Codecs != "avc1.64001e" || t2.Made["video/360"].Whole {
			t.Fatalf("planned: %+v, %v", t2, err)
		}
		if slices.Sort(t2.Finished); !slices.Equal(t2.Finished, slices.Sorted(maps.Keys(done))) {
			t.Fatalf("finished %v, done %v", t2.Finished, done)
		}

		// Whole, with pictures.
		for len(done) < len(p.Tasks) {
			finish()
		}
		if _, err := work.MarkWhole(t.Context(), videoID, "video/360", pipeline.Measured{Peak: 5000, Average: 4000}); err != nil {
			t.Fatal(err)
		}
		sprites := plan.Sprites{EverySeconds: 2, Count: 3, TileWidth: 160, TileHeight: 90, Columns: 10, Rows: 1}
		layout, err := json.Marshal(sprites)
		if err != nil {
			t.Fatal(err)
		}
		if err := work.SetPictures(t.Context(), videoID, pipeline.Shown{Sprites: string(layout)}); err != nil {
			t.Fatal(err)
		}
		t1, err = deliverable.Title(t.Context(), videoID)
		want := plan.Made{Codecs: "avc1.64001e", Whole: true, PeakBandwidth: 5000, AverageBandwidth: 4000}
		if err != nil || t1.Made["video/360"] != want || t1.Made["audio/0-pt"].Whole || t1.Sprites != sprites {
			t.Fatalf("whole: %+v, %+v, %v", t1.Made, t1.Sprites, err)
		}
		if t2, err := playable.Title(t.Context(), videoID); err != nil || !t2.Previews || len(t2.Finished) != len(p.Tasks) {
			t.Fatalf("whole: %+v, %v", t2, err)
		}

		// Gone.
		if err := d.Catalog().Delete(t.Context(), videoID); err != nil {
			t.Fatal(err)
		}
		if _, err := deliverable.Title(t.Context(), videoID); !fault.Is(err, fault.NotFound) {
			t.Fatalf("deleted: %v", err)
		}
		if _, err := playable.Title(t.Context(), videoID); !fault.Is(err, fault.NotFound) {
			t.Fatalf("deleted: %v", err)
		}
	})
}

func TestATitleSaysFromWhichAgeItIs(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		d := open(t, e.migrated(t))
		id := addUploaded(t, d, catalog.Processing)
		for _, want := range []catalog.Rating{{}, ratingUpTo(t, 16)} {
			if err := d.Catalog().SetRating(t.Context(), id, want); err != nil {
				t.Fatal(err)
			}
			sent, err := d.Deliverable().Title(t.Context(), id)
			if err != nil || sent.Rating != want {
				t.Errorf("delivered from %v, %v, want %v", sent.Rating, err, want)
			}
			played, err := d.Playable().Title(t.Context(), id)
			if err != nil || played.Rating != want {
				t.Errorf("played from %v, %v, want %v", played.Rating, err, want)
			}
		}
		run(t, d, `UPDATE videos SET maturity_rating = 13 WHERE id = $1`, id) // no step: nobody is shown it
		if _, err := d.Deliverable().Title(t.Context(), id); err == nil {
			t.Error("it is delivered")
		}
	})
}
