package pipelinetest

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func aSourceIsRead(t *testing.T, s Subject) {
	s.Add(t, catalog.Processing)
	id := s.Add(t, catalog.Processing)
	want := pipeline.Source{VideoID: id, BlobKey: SourceKey(id), EncodeKey: SourceKey(id), Size: SourceSize}
	got, err := s.Store.Source(t.Context(), id)
	must(t, "read", err)
	wantEqual(t, "the source", got, want)

	withRemux := planned(id, film())
	withRemux.Source.EncodeKey = "originals/remux"
	must(t, "save the plan", s.Store.SavePlan(t.Context(), withRemux))
	want.EncodeKey = "originals/remux"
	got, err = s.Store.Source(t.Context(), id)
	must(t, "read again", err)
	wantEqual(t, "the source with a remux", got, want)
}

func noPlanUntilSaved(t *testing.T, s Subject) {
	addPlanned(t, s)
	id := s.Add(t, catalog.Processing)
	_, err := s.Store.Plan(t.Context(), id)
	wantFault(t, "the plan", err, fault.NotFound)
	made, err := s.Store.Made(t.Context(), id)
	must(t, "what is made", err)
	wantEqual(t, "what is made", made, map[string]plan.Made{})
}

func aSavedPlanIsReadBack(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	got, err := s.Store.Plan(t.Context(), id)
	must(t, "read", err)
	wantEqual(t, "the plan", got, film())

	made, err := s.Store.Made(t.Context(), id)
	must(t, "what is made", err)
	wantEqual(t, "what is made", made, map[string]plan.Made{
		low: {Codecs: "codecs of " + low}, high: {Codecs: "codecs of " + high}, sound: {Codecs: "codecs of " + sound},
	})

	v := s.Video(t, id)
	if v.DurationSeconds != 12.04 || v.Width != 1280 || v.Height != 720 || v.Playable || v.Status != catalog.Processing {
		t.Errorf("the video is %+v", v)
	}
	wantEqual(t, "its renditions", v.Renditions, []catalog.Rendition{
		{ID: low, Kind: "video", Width: 640, Height: 360, Bandwidth: 500_000, Segments: filmSegments},
		{ID: high, Kind: "video", Width: 1280, Height: 720, Bandwidth: 5 << 32, Segments: filmSegments},
		{ID: sound, Kind: "audio", Language: "pt", Bandwidth: 128_000, Segments: filmSegments},
	})
}

func savingAsksForPictures(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	silent, other := film(), s.Add(t, catalog.Processing)
	silent.Renditions = silent.Renditions[:2]
	silent.Tasks = slices.DeleteFunc(silent.Tasks, func(task plan.Task) bool { return task.Kind == plan.Audio })
	must(t, "save a silent one", s.Store.SavePlan(t.Context(), planned(other, silent)))
	jobs := s.Jobs(t)
	for want, there := range map[string]bool{
		jobOf(t, pipeline.Pictures{VideoID: id}):    true,
		jobOf(t, pipeline.Loudness{VideoID: id}):    true,
		jobOf(t, pipeline.Pictures{VideoID: other}): true,
		jobOf(t, pipeline.Loudness{VideoID: other}): false,
	} {
		if slices.Contains(jobs, want) != there {
			t.Errorf("jobs %q, %q among them: %t", jobs, want, !there)
		}
	}

	without := s.Add(t, catalog.Processing)
	before := s.Video(t, without)
	takeAll(t, s, "somebody")
	s.LoseQueue(t)
	if err := s.Store.SavePlan(t.Context(), planned(without, film())); err == nil {
		t.Error("saved, and there will be no pictures")
	}
	_, err := s.Store.Plan(t.Context(), without)
	wantFault(t, "the plan", err, fault.NotFound)
	wantEqual(t, "the video", s.Video(t, without), before)
	wantNothingToTake(t, s)
}

func savingAgainChangesNothing(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	done(t, s, take(t, s, "somebody", long))
	video, jobs := s.Video(t, id), s.Jobs(t)

	other := film()
	other.DurationSeconds, other.Picture.Width = 99, 9
	other.Renditions[0].Bandwidth = 9
	other.Tasks = append(other.Tasks, plan.Task{Seq: 9, Lane: plan.LaneFirstMinute, Renditions: []string{low}})
	again := planned(id, other)
	again.Source.EncodeKey = "originals/other"
	must(t, "save again", s.Store.SavePlan(t.Context(), again))

	got, err := s.Store.Plan(t.Context(), id)
	must(t, "read", err)
	wantEqual(t, "the plan", got, film())
	source, err := s.Store.Source(t.Context(), id)
	must(t, "read the source", err)
	wantEqual(t, "the source", source.EncodeKey, SourceKey(id))
	wantEqual(t, "the video", s.Video(t, id), video)
	wantEqual(t, "the jobs", s.Jobs(t), jobs)
	wantEqual(t, "the tasks", seqs(takeAll(t, s, "somebody")), takenOrder[1:])
}

func onePlanOfManyAtOnce(t *testing.T, s Subject) {
	id := s.Add(t, catalog.Processing)
	for _, err := range atOnce(6, func(int) error { return s.Store.SavePlan(t.Context(), planned(id, film())) }) {
		must(t, "save", err)
	}
	wantEqual(t, "the tasks", seqs(takeAll(t, s, "somebody")), takenOrder)
	wantJobs(t, s, func(p pipeline.Pictures) pipeline.Pictures { return p }, pipeline.Pictures{VideoID: id})
	wantJobs(t, s, func(l pipeline.Loudness) pipeline.Loudness { return l }, pipeline.Loudness{VideoID: id})
}

func onlyAProcessingVideoIsPlanned(t *testing.T, s Subject) {
	for _, status := range []catalog.Status{catalog.Uploading, catalog.Ready, catalog.Failed} {
		id := s.Add(t, status)
		before, jobs := s.Video(t, id), s.Jobs(t)
		wantFault(t, string(status), s.Store.SavePlan(t.Context(), planned(id, film())), fault.NotFound)
		_, err := s.Store.Plan(t.Context(), id)
		wantFault(t, "the plan", err, fault.NotFound)
		wantEqual(t, "the video", s.Video(t, id), before)
		wantEqual(t, "the jobs", s.Jobs(t), jobs)
	}
}

func anUnknownVideoIsNotFound(t *testing.T, s Subject) {
	addPlanned(t, s)
	id := newID()
	_, sourceErr := s.Store.Source(t.Context(), id)
	_, planErr := s.Store.Plan(t.Context(), id)
	_, madeErr := s.Store.Made(t.Context(), id)
	_, sizesErr := s.Store.Sizes(t.Context(), id, low)
	_, wholeErr := s.Store.MarkWhole(t.Context(), id, low, pipeline.Measured{})
	for what, err := range map[string]error{
		"source": sourceErr, "plan": planErr, "made": madeErr, "sizes": sizesErr, "mark whole": wholeErr,
		"save a plan":  s.Store.SavePlan(t.Context(), planned(id, film())),
		"set pictures": s.Store.SetPictures(t.Context(), id, pipeline.Shown{}),
		"set loudness": s.Store.SetLoudness(t.Context(), id, map[string]plan.Loudness{sound: {LUFS: -20}}),
		"set ready":    s.Store.SetReady(t.Context(), id, "key"),
		"set failed":   s.Store.SetFailed(t.Context(), id, "code", "Detail."),
		"retry":        s.Store.Retry(t.Context(), id),
	} {
		wantFault(t, what, err, fault.NotFound)
	}
}
