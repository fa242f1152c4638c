package encode

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// kind is one kind of file that people have, and what is to become of it.
type kind struct {
	film   testfilm.Film
	rate   string // of the grid
	frames int    // on the grid
	shown  string // how large it is seen
	does   traits
}

type traits int

const (
	fields   traits = 1 << iota // is deinterlaced
	bright                      // is toned down
	uneven                      // its frames are not the grid's, one for one
	reshaped                    // its pixels are not square: it is scaled
	silent                      // has no sound
)

// kinds are the files people have, as far as ffmpeg can make them. It cannot make VC-1
// (WMV3), RealVideo and DivX 3 with B-frames, nor H.264 whose fields are pictures of their own.
var kinds = []kind{
	// Containers, with what is usual in them. Of an AVI with MP3 its muxer leaves the second
	// packet empty: the first frame is held, and there is one more. Theora leaves out frames
	// that are like the one before.
	{testfilm.MP4H264, "24000/1001", 120, "320x180", 0},
	{testfilm.MP4HEVC, "25/1", 125, "320x180", 0},
	{testfilm.MP4AV1, "24/1", 120, "320x180", 0},
	{testfilm.MP4MPEG4, "25/1", 125, "320x180", 0},
	{testfilm.MP4VP9, "30/1", 150, "320x180", 0},
	{testfilm.MOVProRes, "24000/1001", 120, "320x180", 0},
	{testfilm.MOVProRes4, "25/1", 125, "320x180", 0},
	{testfilm.MOVMJPEG, "30/1", 150, "320x180", 0},
	{testfilm.MOVAnimated, "25/1", 125, "320x180", 0},
	{testfilm.MKV444, "60/1", 300, "320x180", 0},
	{testfilm.MKVRGB, "60/1", 300, "320x180", 0},
	{testfilm.MKVHEVC422, "50/1", 250, "320x180", 0},
	{testfilm.MKVHEVC12, "24/1", 120, "320x180", 0},
	{testfilm.MKVMPEG2, "25/1", 125, "320x180", 0},
	{testfilm.MKVFFV1, "30000/1001", 150, "320x180", 0},
	{testfilm.MKVLive, "30/1", 150, "320x180", 0},
	{testfilm.WebMVP8, "25/1", 125, "320x180", 0},
	{testfilm.WebMVP9, "30000/1001", 150, "320x180", 0},
	{testfilm.WebMAV1, "60/1", 300, "320x180", 0},
	{testfilm.TSH264, "60000/1001", 300, "320x180", 0},
	{testfilm.TSMPEG2, "25/1", 125, "320x180", 0},
	{testfilm.TSHEVC, "50/1", 250, "320x180", 0},
	{testfilm.M2TS, "24000/1001", 120, "320x180", 0},
	{testfilm.AVIXvid, "24000/1001", 120, "320x180", 0},
	{testfilm.AVIDivX, "25/1", 126, "320x180", uneven},
	{testfilm.AVIMJPEG, "30/1", 150, "320x180", 0},
	{testfilm.AVIH264, "25/1", 125, "320x180", 0},
	{testfilm.AVIRaw, "25/1", 125, "320x180", 0},
	{testfilm.MPEG1, "30000/1001", 150, "320x180", 0},
	{testfilm.VOB, "25/1", 125, "512x288", fields | reshaped},
	{testfilm.FLVSpark, "25/1", 125, "320x180", 0},
	{testfilm.FLVH264, "30000/1001", 150, "320x180", 0},
	{testfilm.WMV, "25/1", 125, "320x180", 0},
	{testfilm.ASF, "30000/1001", 150, "320x180", 0},
	{testfilm.MXF, "25/1", 125, "320x192", fields},
	{testfilm.MXFDNxHR, "25/1", 125, "320x180", 0},
	{testfilm.OGV, "25/1", 125, "320x180", uneven},
	{testfilm.Mobile, "30000/1001", 150, "176x144", 0},
	{testfilm.AVIDVNTSC, "30000/1001", 150, "480x360", fields | reshaped},
	{testfilm.AVIDV, "25/1", 125, "640x360", fields | reshaped},

	// Rates and clocks. More than 60 frames a second become half of them. What an edit list
	// hides is not shown. A gap is bridged by the frame before it; a transport stream that
	// breaks off in a frame loses that one, and with it those that need it.
	{testfilm.Paced30, "30/1", 150, "320x180", 0},
	{testfilm.Paced48, "48/1", 240, "320x180", 0},
	{testfilm.Paced120, "60/1", 300, "320x180", uneven},
	{testfilm.Paced10, "10/1", 51, "320x180", uneven},
	{testfilm.Phone, "30/1", 150, "320x180", uneven},
	{testfilm.Browser, "30/1", 150, "320x180", uneven},
	{testfilm.CutStart, "24000/1001", 98, "320x180", 0},
	{testfilm.LateStart, "25/1", 125, "320x180", 0},
	{testfilm.BeforeZero, "25/1", 115, "320x180", 0},
	{testfilm.DayOld, "25/1", 125, "320x180", 0},
	{testfilm.Wrapping, "60000/1001", 300, "320x180", 0},
	{testfilm.Spliced, "25/1", 197, "320x180", uneven},
	{testfilm.Gap, "25/1", 125, "320x180", uneven},
	{testfilm.GapTS, "25/1", 125, "320x180", uneven},
	{testfilm.PackedAVI, "25/1", 123, "320x180", uneven},
	{testfilm.FragmentedHEVC, "25/1", 125, "320x180", 0},

	// Fields. A film that is only marked to be shown in fields has its own rate. One that was
	// put on them stays at theirs: at its own, what is video between its parts would lose frames.
	{testfilm.Fields25Top, "25/1", 125, "320x180", fields},
	{testfilm.Fields25Bottom, "25/1", 125, "320x180", fields},
	{testfilm.Fields2997Top, "30000/1001", 150, "320x192", fields},
	{testfilm.Fields2997Low, "30000/1001", 150, "320x180", fields},
	{testfilm.SoftTelecine, "24000/1001", 120, "320x192", 0},
	{testfilm.HardTelecine, "30000/1001", 150, "320x180", fields},

	// Shapes, and how a picture is stored. The lowest rung is the one that is looked at.
	{testfilm.Odd, "25/1", 125, "320x178", reshaped},
	{testfilm.OddMPEG4, "25/1", 126, "320x178", reshaped},
	{testfilm.Portrait, "30/1", 150, "180x320", 0},
	{testfilm.Turned90, "30/1", 150, "180x320", 0},
	{testfilm.Turned180, "30/1", 150, "320x180", 0},
	{testfilm.Turned270, "30/1", 150, "180x320", 0},
	{testfilm.Widened, "25/1", 125, "426x180", reshaped},
	{testfilm.FullRange, "30/1", 150, "320x180", 0},
	{testfilm.Grey, "25/1", 125, "320x180", 0},
	{testfilm.UHD, "25/1", 12, "640x360", reshaped | silent},
	{testfilm.EightK, "25/1", 4, "640x360", reshaped | silent},

	// Brighter than most screens.
	{testfilm.HDR10, "24/1", 120, "320x180", bright},
	{testfilm.DolbyVision, "24/1", 120, "320x180", bright},
	{testfilm.HDR10MKV, "24/1", 120, "320x180", bright},
	{testfilm.HLG, "50/1", 250, "320x180", bright},
}

// Whatever kind of file a film comes in, its tasks together hold exactly the frames and
// samples of one pass; picture and sound are still together near its end; and where the
// encoded sound of one task meets the next one's, nothing is heard of it.
func TestEveryKindOfFileIsEncodedExactly(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.film.Name, func(t *testing.T) {
			t.Parallel()
			path := k.film.Path(t)
			source, p := planned(t, path)
			picture := p.Of(plan.Video)[0]
			if rate := fmt.Sprintf("%d/%d", p.Grid.Timescale, p.Grid.FrameTicks); rate != k.rate && rate != inThousands(k.rate) {
				t.Errorf("the grid has a rate of %s, want %s", rate, k.rate)
			}
			if shown := fmt.Sprintf("%dx%d", picture.Width, picture.Height); shown != k.shown {
				t.Errorf("it is shown at %s, want %s", shown, k.shown)
			}
			if p.Picture.Deinterlace != (k.does&fields != 0) || p.Picture.Tonemap != (k.does&bright != 0) {
				t.Errorf("deinterlaced %v, toned down %v", p.Picture.Deinterlace, p.Picture.Tonemap)
			}

			once, seen := onePass(t, source, p)
			if len(once) != k.frames {
				t.Errorf("one pass has %d frames, the film has %d", len(once), k.frames)
			}
			if k.does&(fields|bright|uneven|reshaped) == 0 {
				same(t, "a plain decode of the file itself", once, decoded(t, path))
			}
			same(t, "one pass", framesInTasks(t, source, p), once)

			tracks := p.Of(plan.Audio)
			if len(tracks) == 0 {
				if k.does&silent == 0 {
					t.Error("it has lost its sound")
				}
				return
			}
			heard := soundInTasks(t, source, p, tracks[0])
			frame := float64(p.Grid.FrameTicks) / float64(p.Grid.Timescale)
			if seen < 0 || heard < 0 || math.Abs(seen-heard) >= frame {
				t.Errorf("the clap is seen at %.4f s and heard at %.4f s", seen, heard)
			}
		})
	}
}

func inThousands(rate string) string {
	var num, den int
	fmt.Sscanf(rate, "%d/%d", &num, &den)
	return fmt.Sprintf("%d/%d", 1000*num, 1000*den)
}

// onePass hashes the frames that one pass over the whole film gives the encoder, and tells
// when the first white one is shown: -1 when none is.
func onePass(t *testing.T, source string, p plan.Plan) (frames []string, white float64) {
	t.Helper()
	s, dir := all(p), t.TempDir()
	err := testfilm.Tools(t).Run(t.Context(), ffmpeg.Job{
		Inputs: []ffmpeg.Input{{Path: source, Demuxer: p.Picture.Demuxer, Args: videoInput(p, s, 0)}},
		Args: []string{"-filter_complex", videoGraph(p, p.Picture.Stream, p.Of(plan.Video)[:1], s) + ";[v0]split[v][l];[l]scale=1:1:flags=area,format=gray[mean]",
			"-map", "[v]", "-fps_mode", "passthrough", "-f", "framemd5", "frames.txt",
			"-map", "[mean]", "-fps_mode", "passthrough", "-f", "rawvideo", "mean.raw"},
		Dir: dir,
	})
	if err != nil {
		t.Fatal(err)
	}
	means, err := os.ReadFile(filepath.Join(dir, "mean.raw"))
	if err != nil {
		t.Fatal(err)
	}
	white = -1
	for i, mean := range means {
		if mean > 190 {
			white = float64(i) * float64(p.Grid.FrameTicks) / float64(p.Grid.Timescale)
			break
		}
	}
	return hashes(t, filepath.Join(dir, "frames.txt")), white
}

// dither is how far two decodes of the same sound may be apart: what AC-3 has no bits for
// is noise, and other noise every time (here 54 dB below the sound; one sample too early or
// late would make it 18 dB).
const dither = 1.0 / 400

// soundInTasks checks that tasks are given the samples of one pass, that what is encoded of
// them joins, and tells when the first loud one is heard there: -1 when none is.
func soundInTasks(t *testing.T, source string, p plan.Plan, r plan.Rendition) (loud float64) {
	t.Helper()
	last, count := p.AudioSegment(r, len(p.Grid.Segments)-1)
	total := last + count
	var next int64
	runs := []packets{{count: total}} // one pass, and then the tasks
	for _, task := range p.Tasks {
		if !slices.Contains(task.Renditions, r.ID) {
			continue
		}
		run := audioSpans(p, task, []plan.Rendition{r})[0]
		if run.first != next {
			t.Fatalf("task %d starts at packet %d, the one before ended at %d", task.Seq, run.first, next)
		}
		next += run.count
		runs = append(runs, run)
	}
	given, parts := encodedSamplesOf(t, source, p, r, runs...)
	once, whole := given[0], parts[0]
	if want := (total + audioTail) * plan.PacketSamples; int64(len(once)) != want {
		t.Fatalf("one pass has %d samples, want %d", len(once), want)
	}
	var joined coded
	var joins []int64
	for i, run := range runs[1:] {
		if got := wrongest(given[i+1], once, (run.first-AudioLead(run.first)+1)*plan.PacketSamples); got > dither {
			t.Errorf("packets from %d on: samples differ by up to %v", run.first, got)
		}
		if run.first > 0 {
			joins = append(joins, run.first*plan.PacketSamples)
		}
		joined.add(parts[i+1])
	}
	if next != total {
		t.Errorf("%d packets in tasks, %d in one pass", next, total)
	}
	heard := decodedSound(t, r, whole, joined)
	joinsCannotBeHeard(t, joins, once, heard[0], heard[1])
	loudest := slices.IndexFunc(heard[1], func(x float32) bool { return math.Abs(float64(x)) > 0.4 })
	if loudest < 0 {
		return -1
	}
	return float64(loudest) / float64(r.Rate)
}

// wrongest is the largest difference of samples from those of one pass from a place on.
func wrongest(got, once []float32, from int64) (wrong float64) {
	for i, x := range got {
		if at := from + int64(i); at < int64(len(once)) {
			wrong = max(wrong, math.Abs(float64(x-once[at])))
		}
	}
	return wrong
}
