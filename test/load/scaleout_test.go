//go:build bench

package load

import (
	"cmp"
	"container/heap"
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
	"github.com/kkmovies/kkmovies/test/testplan"
)

var scaleSeconds = flag.Int("scale-seconds", 120, "seconds of the film that workers share")

// Two workers, each with a core of its own, make a film in little more than half the time
// of one, with the database, the server and the folder they share on the same machine. What
// their tasks took is then dealt out to as many workers as nobody has here.
func TestTwoWorkersTakeHalfTheTimeOfOne(t *testing.T) {
	alone, costs := sharedBy(t, house.Node{Role: "worker", Cores: "0"})
	both, _ := sharedBy(t, house.Node{Role: "worker", Cores: "0"}, house.Node{Role: "worker", Cores: "1"})
	report(t, true, fmt.Sprintf("%d s of 10-bit 1080p, upload to ready, one worker with one core", *scaleSeconds), alone.Round(100*time.Millisecond).String(), "")
	report(t, true, "… two workers with a core each", both.Round(100*time.Millisecond).String(), "")
	ratio := alone.Seconds() / both.Seconds()
	report(t, ratio >= 1.75, "two workers against one", fmt.Sprintf("%.2f", ratio), "≥ 1.75")
	simulate(t, costs)
}

// sharedBy returns how long these workers take to make a film, and what each of its programs
// took of a core.
func sharedBy(t *testing.T, workers ...house.Node) (time.Duration, []house.Cost) {
	t.Helper()
	h := house.StartNodes(t, house.Options{}, append([]house.Node{{Role: "api"}}, workers...)...)
	defer h.Stop()
	c := h.Admin()
	stop := h.Meter()
	u := uploaded(t, c, tenBits(*scaleSeconds))
	began := time.Now()
	v, err := c.Complete(t.Context(), u.ID)
	if err == nil {
		_, err = c.Until(t.Context(), v.ID, house.Ready)
	}
	if err != nil {
		t.Fatal(err)
	}
	return time.Since(began), stop()
}

const (
	simulatedHours = 2 // of testfilm.TwoHoursTenBits
	// Measured here beside the encoders: the look at a film and its set-up, which one worker
	// does alone, and what is done once all is made.
	preparing, publishing = 2 * time.Second, 500 * time.Millisecond
	// A task handed out, its source opened, its segments stored and counted: SQL and files,
	// one worker at a time at worst.
	handing = 2 * time.Millisecond
)

// simulate prints how long a film of two hours takes with more and more one-core workers,
// from what tasks of each lane took: the plan's own tasks, in the order they are handed out.
func simulate(t *testing.T, costs []house.Cost) {
	t.Helper()
	lowestID := ""
	film := testplan.Of(t, testfilm.TwoHoursTenBits.Path(t)).Plan
	for _, task := range film.Tasks {
		if task.Lane == plan.LaneFast && task.Kind == plan.Video {
			lowestID = task.Renditions[0]
		}
	}
	paid := map[string]time.Duration{}
	for _, cost := range costs {
		paid[laneOf(cost, lowestID)] += cost.CPU
	}
	perSecond := func(lane string) float64 { return paid[lane].Seconds() / float64(*scaleSeconds) }
	t.Logf("CPU seconds for a second of film: %.3f lowest, %.3f above, %.3f sound", perSecond(lowest), perSecond(quality), perSecond(sound))

	var tasks []time.Duration
	whole := time.Duration(0)
	for _, task := range film.Tasks {
		lasts := 0.0
		for _, s := range film.Grid.Segments[task.FirstSegment : task.FirstSegment+task.Segments] {
			lasts += float64(s.Ticks) / float64(film.Grid.Timescale)
		}
		lane := quality
		switch {
		case task.Kind == plan.Audio:
			lane = sound
		case slices.Equal(task.Renditions, []string{lowestID}):
			lane = lowest
		}
		took := time.Duration(lasts * perSecond(lane) * float64(time.Second))
		tasks = append(tasks, took)
		whole += took
	}
	fmt.Printf("| workers | time to all rungs of %d h, %d tasks | faster than one | of a core's work each |\n|---|---|---|---|\n", simulatedHours, len(tasks))
	var one time.Duration
	before, stops := time.Duration(0), 0
	for _, workers := range []int{1, 2, 4, 8, 12, 16, 20, 24, 32, 48, 64, 80, 100, 128, 160, 200} {
		took := dealt(tasks, workers)
		one = cmp.Or(one, took)
		fmt.Printf("| %d | %s | %.1f | %.0f %% |\n", workers, took.Round(time.Second), one.Seconds()/took.Seconds(), 100*whole.Seconds()/float64(workers)/took.Seconds())
		if stops == 0 && before > 0 && took > before*95/100 {
			stops = workers
		}
		before = took
	}
	if stops > 0 {
		fmt.Printf("More workers gain less than 5 %% from %d on: the longest task, and what one worker does alone, remain.\n", stops)
	}
	if dealt(tasks, 2) <= dealt(tasks, 200) {
		t.Error("two hundred workers are no faster than two: the simulation is wrong")
	}
}

// dealt gives each task to whichever worker is free first, and returns when the last ends.
// Tasks are handed out one after the other.
func dealt(tasks []time.Duration, workers int) time.Duration {
	free := make(moments, workers)
	for i := range free {
		free[i] = preparing
	}
	heap.Init(&free)
	desk, last := preparing, time.Duration(0)
	for _, took := range tasks {
		desk = max(desk, free[0]) + handing
		free[0] = desk + took
		last = max(last, free[0])
		heap.Fix(&free, 0)
	}
	return last + publishing
}

type moments []time.Duration

func (m moments) Len() int           { return len(m) }
func (m moments) Less(i, j int) bool { return m[i] < m[j] }
func (m moments) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *moments) Push(x any)        { *m = append(*m, x.(time.Duration)) }
func (m *moments) Pop() any          { last := (*m)[len(*m)-1]; *m = (*m)[:len(*m)-1]; return last }
