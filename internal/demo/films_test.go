package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/jpeg"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

func TestTheLibraryIsComplete(t *testing.T) {
	films := Films()
	if len(films) != 7 {
		t.Fatalf("%d films", len(films))
	}
	var slugs []string
	for _, f := range films {
		slugs = append(slugs, f.Slug)
		if f.Title == "" || f.Year < 1900 || f.Overview.PT == "" || f.Overview.EN == "" || f.Credit == "" || f.Seconds < 20 || f.Seconds > 40 {
			t.Errorf("%s lacks something: %+v", f.Slug, f)
		}
		if (f.External == "") != (f.SourceArgs("out.mp4") != nil) {
			t.Errorf("%s must come from a file or be made, not both", f.Slug)
		}
	}
	slices.Sort(slugs)
	if len(slices.Compact(slugs)) != len(films) {
		t.Errorf("two films share a slug: %v", slugs)
	}
	if bunny := films[0]; !strings.Contains(bunny.Credit, "Blender Foundation, CC BY 3.0") || bunny.External != "video.mp4" {
		t.Errorf("the excerpt must carry its credit: %+v", bunny)
	}
}

func TestNoTwoNeighboursShareAStyle(t *testing.T) {
	films := Films()
	for i := 1; i < len(films); i++ {
		if films[i].design.Style == films[i-1].design.Style {
			t.Errorf("%s and %s hang side by side in one style", films[i-1].Slug, films[i].Slug)
		}
	}
}

func TestPicturesAreJPEGOfTheirSize(t *testing.T) {
	f := Films()[3]
	for _, c := range []struct {
		name  string
		write func(*bytes.Buffer) error
		size  image.Point
	}{
		{"poster", func(b *bytes.Buffer) error { return f.Poster(b) }, image.Pt(1000, 1500)},
		{"backdrop", func(b *bytes.Buffer) error { return f.Backdrop(b) }, image.Pt(1920, 1080)},
	} {
		var b bytes.Buffer
		if err := c.write(&b); err != nil {
			t.Fatal(err)
		}
		bytes := b.Len()
		picture, err := jpeg.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		if picture.Bounds().Size() != c.size || bytes > 2<<20 {
			t.Errorf("%s is %v in %d bytes", c.name, picture.Bounds().Size(), bytes)
		}
	}
}

var label = regexp.MustCompile(`\[([a-z]\w*)\]`)

func TestSourceGraphsAreWellFormed(t *testing.T) {
	for _, f := range Films() {
		if f.External != "" {
			continue
		}
		args := f.SourceArgs("film.mp4")
		if args[0] != "-filter_complex" || args[len(args)-1] != "film.mp4" {
			t.Errorf("%s: %q", f.Slug, args)
		}
		graph := args[1]
		uses := map[string]int{}
		for _, m := range label.FindAllStringSubmatch(graph, -1) {
			uses[m[1]]++
		}
		for name, n := range uses {
			if want := 2; name == "v" || name == "a" {
				if n != 1 {
					t.Errorf("%s: output [%s] appears %d times", f.Slug, name, n)
				}
			} else if n != want {
				t.Errorf("%s: [%s] appears %d times, made once and used once is 2", f.Slug, name, n)
			}
		}
		for _, reads := range []string{"movie", "file:", "http", "concat:", "textfile", "fontfile"} {
			if strings.Contains(graph, reads) {
				t.Errorf("%s: the graph must read nothing, it says %q", f.Slug, reads)
			}
		}
		if strings.Count(graph, "'")%2 != 0 {
			t.Errorf("%s: an open quote", f.Slug)
		}
	}
}

// Half a second of every film is really made: what ffmpeg refuses, it refuses at once.
func TestFFmpegMakesEveryFilm(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	tools, err := ffmpeg.Find(ctx, ffmpeg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Films() {
		if f.External != "" {
			continue
		}
		t.Run(f.Slug, func(t *testing.T) {
			dir := t.TempDir()
			args := f.SourceArgs("film.mp4")
			args[slices.Index(args, "-t")+1] = "0.5"
			if err := tools.Run(ctx, ffmpeg.Job{Args: args, Dir: dir}); err != nil {
				t.Fatal(err)
			}
			out, complaints, err := tools.Probe(ctx, ffmpeg.ProbeJob{
				Input: ffmpeg.Input{Path: filepath.Join(dir, "film.mp4")},
				Args:  []string{"-show_streams", "-of", "json"},
			})
			if err != nil || complaints != "" {
				t.Fatal(err, complaints)
			}
			var got struct {
				Streams []struct {
					Codec      string `json:"codec_name"`
					Width      int    `json:"width"`
					Height     int    `json:"height"`
					Aspect     string `json:"sample_aspect_ratio"`
					Pixels     string `json:"pix_fmt"`
					Space      string `json:"color_space"`
					Rate       string `json:"r_frame_rate"`
					Frames     string `json:"nb_frames"`
					SampleRate string `json:"sample_rate"`
					Channels   int    `json:"channels"`
				} `json:"streams"`
			}
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatal(err)
			}
			if len(got.Streams) != 2 {
				t.Fatalf("%d streams", len(got.Streams))
			}
			v, a := got.Streams[0], got.Streams[1]
			if v.Codec != "h264" || v.Width != 1280 || v.Height != 720 || v.Aspect != "1:1" || v.Pixels != "yuv420p" || v.Space != "bt709" || v.Rate != "24/1" || v.Frames != "12" {
				t.Errorf("picture: %+v", v)
			}
			if a.Codec != "aac" || a.SampleRate != "48000" || a.Channels != 2 {
				t.Errorf("sound: %+v", a)
			}
		})
	}
}
