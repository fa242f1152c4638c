// Package pipelinetest owns the contract of pipeline.Store: one suite that every engine
// runs. It is test code, imports pipeline and the tools its Store is given, and knows no
// engine.
//
// Nothing here waits for a lease to run out: one that has run out is asked for.
package pipelinetest

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Subject is what the suite is run on: one empty database.
type Subject struct {
	Store pipeline.Store
	// Add puts a video there as a finished upload leaves it, but for its status: with a
	// source, whose key is SourceKey of its id, and its Prepare enqueued.
	Add    func(t testing.TB, status catalog.Status) (videoID string)
	Video  func(t testing.TB, videoID string) catalog.Video
	Delete func(t testing.TB, videoID string)
	// Jobs returns the jobs that have not ended, in the order they were enqueued, each as
	// its kind and its JSON, keys in order: `pipeline.prepare {"videoId":"…"}`.
	Jobs func(t testing.TB) []string
	// LoseQueue makes every later attempt to enqueue a job fail.
	LoseQueue func(t testing.TB)
}

// SourceKey is where the source of a video of this suite is stored.
func SourceKey(videoID string) string { return "originals/" + videoID + "/source" }

// SourceSize is how large it is.
const SourceSize = 5 << 32

// Run checks every promise of pipeline.Store. Each test opens a subject of its own.
func Run(t *testing.T, open func(t testing.TB) Subject) {
	for name, test := range map[string]func(*testing.T, Subject){
		"a source is read, and its remux once there is one":           aSourceIsRead,
		"a plan is not found until it is saved":                       noPlanUntilSaved,
		"a saved plan is read back whole, and shows on the video":     aSavedPlanIsReadBack,
		"saving a plan asks for pictures and loudness with it":        savingAsksForPictures,
		"how loud a sound is, is kept beside what is made of it":      loudnessIsKept,
		"saving a plan again changes nothing":                         savingAgainChangesNothing,
		"of many plans saved at once one is kept":                     onePlanOfManyAtOnce,
		"a plan is saved only for a processing video":                 onlyAProcessingVideoIsPlanned,
		"an unknown video is not found":                               anUnknownVideoIsNotFound,
		"tasks are taken by lane, and in a lane films take turns":     tasksAreTakenInOrder,
		"a film that comes later begins where the others are":         aLaterFilmBeginsWhereOthersAre,
		"a film begins where the last task was when none is left":     aFilmBeginsAfterWhatIsDone,
		"a film tried again begins where the others are":              aRetriedFilmBeginsWhereOthersAre,
		"a failed film holds nobody back":                             aFailedFilmHoldsNobodyBack,
		"what lies before a viewer comes first in its lane":           nearAViewerComesFirst,
		"a playhead moves with its viewer":                            aPlayheadMoves,
		"a demand is kept until it is made":                           aDemandIsKeptUntilMade,
		"of demands the newest is taken first":                        theNewestDemandIsFirst,
		"what one call asks for is taken in its order":                oneAskKeepsItsOrder,
		"asking again does not change the order":                      askingAgainKeepsTheOrder,
		"what is read ahead becomes waited for, and not back":         aheadBecomesWaited,
		"a segment is demanded once, however many ask":                aSegmentIsDemandedOnce,
		"a demand ends with the last who withdraws":                   theLastWithdraws,
		"of many who withdraw at once the last ends it":               manyWithdrawAtOnce,
		"whoever makes what nobody wants is told":                     withdrawnWhileMade,
		"what a dead process asked for is forgotten":                  aDeadAskerIsForgotten,
		"a dead worker's demand is taken again":                       aDeadWorkersDemandIsTaken,
		"no demand is given to two of many who take at once":          noDemandIsGivenTwice,
		"a demand released is as if it had not been taken":            aReleasedDemandIsUntouched,
		"a demand is given up after its failures, and asked anew":     aDemandIsGivenUp,
		"a segment that is stored is made, whoever says so":           aStoredSegmentIsMade,
		"a task that is done answers the demands in it":               aTaskAnswersDemands,
		"a whole rendition has no demands":                            aWholeRenditionHasNoDemands,
		"a retry forgets what was given up":                           aRetryForgetsWhatWasGivenUp,
		"reclaiming forgets who asked, and keeps what is made":        reclaimingForgetsAskers,
		"segments no plan has are not found":                          unknownSegmentsAreNotFound,
		"the demands of a deleted video are gone":                     demandsGoWithTheirVideo,
		"no task is given to two of many who take at once":            noTaskIsGivenTwice,
		"a lease that lasts is not handed over":                       aLeaseIsKept,
		"a lease that ran out is handed over, and the old owner told": aLostLeaseIsHandedOver,
		"renewing sets a new end":                                     renewingSetsANewEnd,
		"a task released is as if it had not been taken":              aReleasedTaskIsUntouched,
		"a failed task is given back and counted":                     failuresAreCounted,
		"an end without every segment is refused":                     anEndWithoutSegmentsIsRefused,
		"a done task counts its segments once":                        doneCountsOnce,
		"the last segment asks to finish its rendition, once":         theLastSegmentFinishes,
		"of many last tasks at once each rendition is finished once":  renditionsFinishOnceAtOnce,
		"an end that cannot ask to finish is no end":                  doneIsOneTransaction,
		"reclaiming gives back what is leased, and only that":         reclaimingGivesBack,
		"tasks of a video that has failed are not taken":              failedVideosAreLeftAlone,
		"whoever works on a deleted video is told":                    deletedVideosAreTold,
		"sizes are in the order of the film":                          sizesAreInOrder,
		"a rendition is whole when it is measured":                    aRenditionIsWhole,
		"the last of the renditions marked says that all are whole":   markedWholeInAnyOrder,
		"beginnings are taken before their turn, and nothing else":    beginningsAreTakenAlone,
		"a video is playable when its beginning is made":              playableWithItsBeginning,
		"what is played as it is, is playable when its sound can be":  copiesArePlayable,
		"tasks are queued when the codecs of all they make are known": tasksWaitForCodecs,
		"what is only played as it is has nothing left to make":       copiesAloneAreWhole,
		"a video is ready without what is made late":                  readyWithoutWhatIsLate,
		"what is made late is made of a video that is ready":          lateTasksOfAReadyVideo,
		"what is made late is given up, and the rest stays":           lateIsGivenUp,
		"dropped renditions are as if they had not been planned":      droppedRenditionsAreForgotten,
		"of the last renditions marked at once one says all":          oneOfTheLastSaysAll,
		"pictures show on the video":                                  picturesShow,
		"a video is marked once for each code":                        aVideoIsMarkedOncePerCode,
		"a processing video ends ready, once and for all":             aVideoEndsReady,
		"a processing video ends failed, with the reason":             aVideoEndsFailed,
		"only a failed video is retried":                              onlyAFailedVideoIsRetried,
		"a retry queues what is left and goes on from there":          aRetryGoesOn,
		"a retry finishes what only its finish had failed":            aRetryFinishesAgain,
		"of many retries at once one is made":                         oneRetryOfManyAtOnce,
		"a retry that cannot ask to prepare is no retry":              aRetryIsOneTransaction,
		"saving a plan asks for what can be read":                     savingAsksForTexts,
		"what can be read in a film is saved once":                    textsAreSavedOnce,
		"what has not been read is read later, once":                  whatWasNotReadIsReadLater,
		"a subtitle is added and removed at any time":                 aSubtitleIsAddedAtAnyTime,
		"a film has so many subtitles and no more":                    aFilmHasSoManySubtitles,
		"no number of a subtitle is given out twice":                  noNumberIsGivenTwice,
		"what can be read of an unknown video is not found":           textsOfNoVideoAreNotFound,
		"who lacks room is told whether others have some":             othersWithRoomAreTold,
		"who is gone has no room":                                     whoIsGoneHasNoRoom,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// The film of these tests: six segments, two pictures, one sound.
const (
	low   = "video/360"
	high  = "video/720"
	sound = "audio/0-pt"

	filmSegments = 6
)

// film is a plan whose tasks are not listed in the order they should be taken.
func film() plan.Plan {
	p := plan.Plan{
		Version: 2, DurationSeconds: 12.04,
		Picture: plan.Picture{Demuxer: "mov", Width: 1280, Height: 720, OriginTicks: 42},
		Grid:    plan.Grid{Timescale: 25000, FrameTicks: 1000, Frames: 301, GOP: 50},
		Renditions: []plan.Rendition{
			{ID: low, Kind: plan.Video, Width: 640, Height: 360, Rung: 360, Bandwidth: 500_000},
			{ID: high, Kind: plan.Video, Width: 1280, Height: 720, Rung: 720, Bandwidth: 5 << 32},
			{ID: sound, Kind: plan.Audio, Stream: 1, Bandwidth: 128_000, Language: "pt", Label: "Português", Channels: 2, Rate: 48000},
		},
		Tasks: []plan.Task{
			{Seq: 0, Lane: plan.LaneQuality, Kind: plan.Video, FirstSegment: 0, Segments: 4, Renditions: []string{high}},
			{Seq: 1, Lane: plan.LaneFast, Kind: plan.Video, FirstSegment: 2, Segments: 4, Renditions: []string{low}},
			{Seq: 2, Lane: plan.LaneFirstMinute, Kind: plan.Audio, FirstSegment: 0, Segments: 6, Renditions: []string{sound}},
			{Seq: 3, Lane: plan.LaneFirstMinute, Kind: plan.Video, FirstSegment: 0, Segments: 2, Renditions: []string{low}},
			{Seq: 4, Lane: plan.LaneQuality, Kind: plan.Video, FirstSegment: 4, Segments: 2, Renditions: []string{high}},
		},
	}
	for k := range int64(filmSegments) {
		p.Grid.Segments = append(p.Grid.Segments, plan.Segment{FirstFrame: 50 * k, Frames: min(50, 301-50*k), Start: 50_000 * k, Ticks: 1000 * min(50, 301-50*k)})
	}
	return p
}

// takenOrder is the order of film's tasks when it is the only one.
var takenOrder = []int{2, 3, 1, 0, 4}

func planned(videoID string, p plan.Plan) pipeline.Planned {
	codecs := map[string]string{}
	for _, r := range p.Renditions {
		codecs[r.ID] = "codecs of " + r.ID
	}
	return pipeline.Planned{
		Source: pipeline.Source{VideoID: videoID, BlobKey: SourceKey(videoID), EncodeKey: SourceKey(videoID), Size: SourceSize},
		Report: probe.Report{Format: "mov", DurationSeconds: p.DurationSeconds, Faults: []probe.Fault{{Code: "bitmap_subtitles", Detail: "Some subtitles are pictures."}}},
		Plan:   p, Codecs: codecs,
	}
}

// addPlanned puts a processing video with film's plan there.
func addPlanned(t *testing.T, s Subject) (videoID string) {
	t.Helper()
	videoID = s.Add(t, catalog.Processing)
	must(t, "save the plan", s.Store.SavePlan(t.Context(), planned(videoID, film())))
	return videoID
}

const (
	long = time.Hour    // a lease that lasts longer than any test
	lost = -time.Second // a lease that has run out
)

func take(t *testing.T, s Subject, owner string, lease time.Duration) pipeline.Work {
	t.Helper()
	w, err := s.Store.Take(t.Context(), owner, lease)
	if err != nil {
		t.Fatalf("take: %v", err)
	}
	return w
}

// takeAll takes what there is to take.
func takeAll(t *testing.T, s Subject, owner string) (all []pipeline.Work) {
	t.Helper()
	for range 1000 {
		w, err := s.Store.Take(t.Context(), owner, long)
		if fault.Is(err, fault.NotFound) {
			return all
		}
		if err != nil {
			t.Fatalf("take: %v", err)
		}
		all = append(all, w)
	}
	t.Fatal("there is always one more to take")
	return nil
}

func wantNothingToTake(t *testing.T, s Subject) {
	t.Helper()
	w, err := s.Store.Take(t.Context(), "somebody", long)
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("took %+v, %v", w, err)
	}
}

// sizesOf are a task's sizes: of segment k, k+1 hundred bytes, and a few by rendition.
func sizesOf(task plan.Task) pipeline.Sizes {
	sizes := pipeline.Sizes{}
	for _, r := range task.Renditions {
		for k := range task.Segments {
			sizes[r] = append(sizes[r], sizeOf(r, task.FirstSegment+k))
		}
	}
	return sizes
}

func sizeOf(rendition string, segment int) int64 { return int64(100*(segment+1) + len(rendition)) }

func done(t *testing.T, s Subject, w pipeline.Work) {
	t.Helper()
	must(t, "done", s.Store.Done(t.Context(), w, sizesOf(w.Task)))
}

// finishTasks does every task there is.
func finishTasks(t *testing.T, s Subject) {
	t.Helper()
	for _, w := range takeAll(t, s, "somebody") {
		done(t, s, w)
	}
}

func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func wantFault(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Errorf("%s: %v, want the fault %q", what, err, kind)
	}
}

// wantRefused checks that whoever holds w, no longer does.
func wantRefused(t *testing.T, s Subject, w pipeline.Work) {
	t.Helper()
	_, err := s.Store.Failed(t.Context(), w)
	wantFault(t, "failed", err, fault.NotFound)
	wantFault(t, "done", s.Store.Done(t.Context(), w, sizesOf(w.Task)), fault.NotFound)
	wantFault(t, "renew", s.Store.Renew(t.Context(), w, long), fault.NotFound)
	wantFault(t, "release", s.Store.Release(t.Context(), w), fault.NotFound)
}

func seqs(works []pipeline.Work) (list []int) {
	for _, w := range works {
		list = append(list, w.Task.Seq)
	}
	return list
}

func wantEqual[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %+v\nwant %+v", what, got, want)
	}
}

// segmentsDone returns how many segments of each rendition a video shows as made.
func segmentsDone(t *testing.T, s Subject, videoID string) map[string]int {
	t.Helper()
	made := map[string]int{}
	for _, r := range s.Video(t, videoID).Renditions {
		made[r.ID] = r.SegmentsDone
	}
	return made
}

// kinded is a job's arguments with its kind.
type kinded interface{ Kind() string }

// jobOf is a job as Subject.Jobs returns it.
func jobOf(t *testing.T, job kinded) string {
	t.Helper()
	args, err := json.Marshal(job)
	if err != nil {
		t.Fatal(err)
	}
	return job.Kind() + " " + string(args)
}

// wantJobs checks the jobs of one kind, in any order. Retry's own mark is not looked at.
func wantJobs[T kinded](t *testing.T, s Subject, unmarked func(T) T, want ...T) {
	t.Helper()
	var got, wanted []string
	var kind T
	for _, job := range s.Jobs(t) {
		args, ok := cutKind(job, kind.Kind())
		if !ok {
			continue
		}
		var j T
		must(t, job, json.Unmarshal([]byte(args), &j))
		got = append(got, jobOf(t, unmarked(j)))
	}
	for _, j := range want {
		wanted = append(wanted, jobOf(t, j))
	}
	slices.Sort(got)
	slices.Sort(wanted)
	if !slices.Equal(got, wanted) {
		t.Errorf("jobs %q\nwant %q", got, wanted)
	}
}

func cutKind(job, kind string) (args string, ok bool) {
	if len(job) > len(kind) && job[:len(kind)+1] == kind+" " {
		return job[len(kind)+1:], true
	}
	return "", false
}

func wantFinished(t *testing.T, s Subject, want ...pipeline.Finished) {
	t.Helper()
	wantJobs(t, s, func(f pipeline.Finished) pipeline.Finished { f.Retry = 0; return f }, want...)
}

func wantPrepare(t *testing.T, s Subject, want ...pipeline.Prepare) {
	t.Helper()
	wantJobs(t, s, func(p pipeline.Prepare) pipeline.Prepare { p.Retry = 0; return p }, want...)
}

// atOnce calls fn n times at the same moment and returns what each answered.
func atOnce(n int, fn func(i int) error) []error {
	start, done := make(chan struct{}), make(chan struct{})
	errs := make([]error, n)
	for i := range n {
		go func() {
			<-start
			errs[i] = fn(i)
			done <- struct{}{}
		}()
	}
	close(start)
	for range n {
		<-done
	}
	return errs
}
