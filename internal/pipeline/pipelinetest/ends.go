package pipelinetest

import (
	"slices"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func sizesAreInOrder(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	works := takeAll(t, s, "somebody")
	slices.Reverse(works) // the end of the film is made first
	for _, w := range works {
		if w.Task.Seq == 3 {
			_, err := s.Store.Sizes(t.Context(), id, low)
			wantFault(t, "before the last", err, fault.Conflict)
		}
		done(t, s, w)
	}
	for _, r := range []string{low, high, sound} {
		var want []int64
		for k := range filmSegments {
			want = append(want, sizeOf(r, k))
		}
		got, err := s.Store.Sizes(t.Context(), id, r)
		must(t, "sizes", err)
		wantEqual(t, r, got, want)
	}
	_, err := s.Store.Sizes(t.Context(), id, "video/1")
	wantFault(t, "an unknown rendition", err, fault.NotFound)
}

// markWhole says a rendition is whole.
func markWhole(t *testing.T, s Subject, id, rendition string) (all bool) {
	t.Helper()
	all, err := s.Store.MarkWhole(t.Context(), id, rendition, pipeline.Measured{Peak: 5 << 32, Average: 4 << 32})
	must(t, "mark "+rendition, err)
	return all
}

func aRenditionIsWhole(t *testing.T, s Subject) {
	other, id := addPlanned(t, s), addPlanned(t, s)
	_, err := s.Store.MarkWhole(t.Context(), id, low, pipeline.Measured{})
	wantFault(t, "with segments missing", err, fault.NotFound)
	finishTasks(t, s)
	_, err = s.Store.MarkWhole(t.Context(), id, "video/1", pipeline.Measured{})
	wantFault(t, "an unknown rendition", err, fault.NotFound)

	markWhole(t, s, id, low)
	made, err := s.Store.Made(t.Context(), id)
	must(t, "what is made", err)
	wantEqual(t, "what is made", made, map[string]plan.Made{
		low:   {Codecs: "codecs of " + low, Whole: true, PeakBandwidth: 5 << 32, AverageBandwidth: 4 << 32},
		high:  {Codecs: "codecs of " + high},
		sound: {Codecs: "codecs of " + sound},
	})
	wantEqual(t, "renditions that show as whole", wholeOf(s.Video(t, id)), []string{low})
	wantEqual(t, "renditions of the other that do", wholeOf(s.Video(t, other)), nil)
}

func wholeOf(v catalog.Video) (whole []string) {
	for _, r := range v.Renditions {
		if r.Whole {
			whole = append(whole, r.ID)
		}
	}
	return whole
}

func markedWholeInAnyOrder(t *testing.T, s Subject) {
	for _, order := range [][]string{{low, high, sound}, {sound, high, low}} {
		id := addPlanned(t, s)
		finishTasks(t, s)
		for i, r := range order {
			if all, want := markWhole(t, s, id, r), i == 2; all != want {
				t.Errorf("%v: %s says all are whole: %t", order, r, all)
			}
		}
		if !markWhole(t, s, id, low) {
			t.Error("marking the last again no longer says that all are whole")
		}
	}
}

func oneOfTheLastSaysAll(t *testing.T, s Subject) {
	for range 5 {
		id := addPlanned(t, s)
		finishTasks(t, s)
		renditions := []string{low, high, sound}
		said := make([]bool, len(renditions))
		for _, err := range atOnce(len(renditions), func(i int) (err error) {
			said[i], err = s.Store.MarkWhole(t.Context(), id, renditions[i], pipeline.Measured{})
			return err
		}) {
			must(t, "mark", err)
		}
		if all := slices.DeleteFunc(said, func(all bool) bool { return !all }); len(all) != 1 {
			t.Errorf("%d of the three said that all are whole", len(all))
		}
		if !s.Video(t, id).Playable {
			t.Error("not playable")
		}
	}
}

func picturesShow(t *testing.T, s Subject) {
	id := s.Add(t, catalog.Processing)
	must(t, "set", s.Store.SetPictures(t.Context(), id, pipeline.Shown{StillKey: "still.jpg", BlurHash: "LEHV", Sprites: `{"sheets":1}`}))
	if v := s.Video(t, id); v.StillKey != "still.jpg" || v.BlurHash != "LEHV" {
		t.Errorf("the video is %+v", v)
	}
}

func loudnessIsKept(t *testing.T, s Subject) {
	id, other := addPlanned(t, s), addPlanned(t, s)
	loud := func(of string) *plan.Loudness {
		made, err := s.Store.Made(t.Context(), of)
		must(t, "what is made", err)
		return made[sound].Loudness
	}
	if l := loud(id); l != nil {
		t.Errorf("before it is measured: %+v", l)
	}
	for _, want := range []plan.Loudness{{LUFS: -23.4, TruePeak: -1.25}, {LUFS: plan.Inaudible, TruePeak: 0}} { // the step may run again
		must(t, "set", s.Store.SetLoudness(t.Context(), id, map[string]plan.Loudness{sound: want, "audio/9-xx": {LUFS: 1}}))
		wantEqual(t, "how loud it is", loud(id), &want)
	}
	finishTasks(t, s)
	markWhole(t, s, id, sound)
	if loud(id) == nil || loud(other) != nil {
		t.Errorf("once whole %+v, of the other %+v", loud(id), loud(other))
	}
}

func aVideoIsMarkedOncePerCode(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	before := s.Video(t, id).Marks
	first := catalog.Mark{Code: "damaged_picture", Detail: "At the first place."}
	for _, detail := range []string{first.Detail, "At another."} {
		must(t, "mark", s.Store.Mark(t.Context(), id, catalog.Mark{Code: first.Code, Detail: detail}))
	}
	wantEqual(t, "the marks", s.Video(t, id).Marks, append(before, first))
	wantFault(t, "mark what is not there", s.Store.Mark(t.Context(), "nobody", first), fault.NotFound)
}

func aVideoEndsReady(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	for range 2 { // the step that says so may run again
		must(t, "end", s.Store.SetReady(t.Context(), id, "videos/playlist.m3u8"))
		if v := s.Video(t, id); v.Status != catalog.Ready {
			t.Errorf("the video is %s", v.Status)
		}
	}
	wantFault(t, "fail what is ready", s.Store.SetFailed(t.Context(), id, "code", "Detail."), fault.NotFound)
	if v := s.Video(t, id); v.Status != catalog.Ready || v.ErrorCode != "" {
		t.Errorf("the video is %s with %q", v.Status, v.ErrorCode)
	}
	for _, status := range []catalog.Status{catalog.Uploading, catalog.Failed} {
		wantFault(t, string(status), s.Store.SetReady(t.Context(), s.Add(t, status), "key"), fault.NotFound)
	}
}

func aVideoEndsFailed(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	must(t, "end", s.Store.SetFailed(t.Context(), id, "no_index", "O fim está faltando."))
	want := s.Video(t, id)
	if want.Status != catalog.Failed || want.ErrorCode != "no_index" || want.ErrorDetail != "O fim está faltando." {
		t.Errorf("the video is %s with %q and %q", want.Status, want.ErrorCode, want.ErrorDetail)
	}
	wantFault(t, "fail again", s.Store.SetFailed(t.Context(), id, "later", "Later."), fault.NotFound)
	wantFault(t, "end well", s.Store.SetReady(t.Context(), id, "key"), fault.NotFound)
	wantEqual(t, "the video", s.Video(t, id), want)
	wantFault(t, "fail an upload", s.Store.SetFailed(t.Context(), s.Add(t, catalog.Uploading), "code", "Detail."), fault.NotFound)
}

func onlyAFailedVideoIsRetried(t *testing.T, s Subject) {
	for _, status := range []catalog.Status{catalog.Uploading, catalog.Processing, catalog.Ready} {
		id := s.Add(t, status)
		before, jobs := s.Video(t, id), s.Jobs(t)
		wantFault(t, string(status), s.Store.Retry(t.Context(), id), fault.Conflict)
		wantEqual(t, "the video", s.Video(t, id), before)
		wantEqual(t, "the jobs", s.Jobs(t), jobs)
	}
}

func aRetryGoesOn(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	finished, held := take(t, s, "first", long), take(t, s, "first", long)
	done(t, s, finished)
	failed(t, s, take(t, s, "first", long))
	must(t, "fail", s.Store.SetFailed(t.Context(), id, "code", "Detail."))
	must(t, "retry", s.Store.Retry(t.Context(), id))

	if v := s.Video(t, id); v.Status != catalog.Processing || v.ErrorCode != "" || v.ErrorDetail != "" {
		t.Errorf("the video is %s with %q and %q", v.Status, v.ErrorCode, v.ErrorDetail)
	}
	// The first Prepare, which said that the video failed, may not have ended yet.
	wantPrepare(t, s, pipeline.Prepare{VideoID: id}, pipeline.Prepare{VideoID: id})
	wantRefused(t, s, held)
	works := takeAll(t, s, "second")
	wantEqual(t, "the tasks", seqs(works), takenOrder[1:])
	for _, w := range works {
		if times := failed(t, s, w); times != 1 {
			t.Errorf("task %d has failed %d times since the retry", w.Task.Seq, times)
		}
	}
}

func aRetryFinishesAgain(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	for _, w := range takeAll(t, s, "somebody") {
		if w.Task.Seq != 4 { // of the high picture's
			done(t, s, w)
		}
	}
	markWhole(t, s, id, low)
	before := []pipeline.Finished{{VideoID: id, Rendition: low}, {VideoID: id, Rendition: sound}}
	wantFinished(t, s, before...)
	must(t, "fail", s.Store.SetFailed(t.Context(), id, "no_space", "The storage is full."))
	must(t, "retry", s.Store.Retry(t.Context(), id))
	wantFinished(t, s, append(before, before...)...)
}

func oneRetryOfManyAtOnce(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	must(t, "fail", s.Store.SetFailed(t.Context(), id, "code", "Detail."))
	retried := 0
	for _, err := range atOnce(6, func(int) error { return s.Store.Retry(t.Context(), id) }) {
		if err == nil {
			retried++
		} else {
			wantFault(t, "one that was not first", err, fault.Conflict)
		}
	}
	if retried != 1 {
		t.Errorf("%d retries were made", retried)
	}
}

func aRetryIsOneTransaction(t *testing.T, s Subject) {
	id := addPlanned(t, s)
	must(t, "fail", s.Store.SetFailed(t.Context(), id, "code", "Detail."))
	want := s.Video(t, id)
	s.LoseQueue(t)
	if err := s.Store.Retry(t.Context(), id); err == nil {
		t.Error("retried, and nothing will be done")
	}
	wantEqual(t, "the video", s.Video(t, id), want)
	wantNothingToTake(t, s)
}
