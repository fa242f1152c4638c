package source

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/test/testfilm"
)

// open reads the index of a film's file.
func open(t testing.TB, path string) *Index {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	x, err := Open(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// packet is one of ffprobe's, in ticks of its track.
type packet struct {
	pts, dts int64
	hash     string
}

// packets asks ffprobe for the packets of a stream.
func packets(t *testing.T, path, stream string, args ...string) []packet {
	t.Helper()
	args = append([]string{"-v", "error"}, args...)
	out := run(t, testfilm.Tools(t).Status().FFprobe, append(args, "-select_streams", stream, "-show_data_hash", "md5",
		"-show_entries", "packet=pts,dts,data_hash", "-of", "json", path)...)
	var said struct {
		Packets []struct {
			PTS, DTS *int64
			Hash     string `json:"data_hash"`
		}
	}
	if err := json.Unmarshal(out, &said); err != nil {
		t.Fatal(err)
	}
	var all []packet
	for i, p := range said.Packets {
		if p.PTS == nil || p.DTS == nil || p.Hash == "" {
			t.Fatalf("packet %d has no time or no hash", i)
		}
		all = append(all, packet{*p.PTS, *p.DTS, p.Hash})
	}
	return all
}

// decoded returns the hash of every frame, or of every packet's sound.
func decoded(t *testing.T, path, stream string, args ...string) []string {
	t.Helper()
	args = append([]string{"-v", "error", "-nostdin", "-xerror"}, args...)
	out := run(t, testfilm.Tools(t).Status().FFmpeg, append(args, "-i", path, "-map", "0:"+stream, "-fps_mode", "passthrough", "-f", "framemd5", "-")...)
	var hashes []string
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "#") {
			hashes = append(hashes, line[strings.LastIndex(line, ",")+1:])
		}
	}
	return hashes
}

func run(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, errs.Bytes())
	}
	return out
}

// wholeVideo writes the initialisation segment and every segment into one file, as a player
// appends them.
func wholeVideo(t *testing.T, x *Index, segments []Segment) string {
	t.Helper()
	body, err := x.VideoInit()
	if err != nil {
		t.Fatal(err)
	}
	out := bytes.NewBuffer(body)
	for k, s := range segments {
		before := int64(out.Len())
		if err := x.Video(t.Context(), out, s, k); err != nil {
			t.Fatal(err)
		}
		if wrote := int64(out.Len()) - before; wrote != s.Bytes {
			t.Errorf("segment %d has %d bytes, said were %d", k, wrote, s.Bytes)
		}
	}
	return keep(t, "video.mp4", out.Bytes())
}

// wholeSound does the same for a sound track, in segments of so many packets.
func wholeSound(t *testing.T, x *Index, s Sound, each int64) string {
	t.Helper()
	body, err := x.SoundInit(s.Stream)
	if err != nil {
		t.Fatal(err)
	}
	out := bytes.NewBuffer(body)
	for k, first := 0, int64(0); first < s.Packets; k, first = k+1, first+each {
		if err := x.Sound(t.Context(), out, s.Stream, first, min(each, s.Packets-first), k); err != nil {
			t.Fatal(err)
		}
	}
	return keep(t, "sound.mp4", out.Bytes())
}

func keep(t *testing.T, name string, body []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, body, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
