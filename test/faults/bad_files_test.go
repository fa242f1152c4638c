//go:build e2e

package faults

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/test/testfilm"
)

// bad is a file somebody may send, and how that has to end: any of these ways.
type bad struct {
	what string
	name string // it is sent under; "" for film.mp4
	body func(t *testing.T) []byte
	ends []string // "failed index_missing", "marked truncated", "refused"; a way alone stands for any code
}

func TestBadFilesEndInWordsAndLeaveNothing(t *testing.T) {
	w := newWard(t)
	t.Run("files", func(t *testing.T) {
		slots := make(chan struct{}, atOnce)
		for _, b := range badFiles {
			t.Run(b.what, func(t *testing.T) {
				t.Parallel()
				slots <- struct{}{}
				defer func() { <-slots }()
				path := filepath.Join(t.TempDir(), "file")
				if err := os.WriteFile(path, b.body(t), 0o600); err != nil {
					t.Fatal(err)
				}
				name := b.name
				if name == "" {
					name = "film.mp4"
				}
				e, err := w.take(b.what, name, path)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Contains(b.ends, e.how) && !slices.Contains(b.ends, e.how+" "+e.code) {
					t.Errorf("it ended %s %s (%s), want one of %q", e.how, e.code, e.said, b.ends)
				}
			})
		}
	})
	w.closes()
}

// What films are cut, patched and mixed up from: small ones of each container.
var (
	atTheEnd = testfilm.PAL       // an MP4 with its index at the end
	atFront  = testfilm.Faststart // and one with it at the front
)

const junkBytes = 300_000

var badFiles = []bad{
	// No film at all, whatever its name says.
	{what: "empty", body: text(""), ends: []string{"refused empty_file"}},
	{what: "one byte", body: text("x"), ends: noFilm},
	{what: "a text", body: text(strings.Repeat("Once upon a time. ", 900)), ends: noFilm},
	{what: "a web page", body: text("<!doctype html><title>404</title><h1>Not Found</h1>"), ends: noFilm},
	{what: "a document", body: after("%PDF-1.7\n"), ends: noFilm},
	{what: "an archive", body: after("PK\x03\x04"), ends: noFilm},
	{what: "a program", body: after("\x7fELF\x02\x01\x01\x00"), ends: noFilm},
	{what: "noise", body: after(""), ends: noFilm},
	{what: "nothing but zeros", body: text(strings.Repeat("\x00", junkBytes)), ends: noFilm},
	{what: "an image, JPEG", body: of(image("still.jpg")), ends: noFilm},
	{what: "an image, PNG", body: of(image("still.png")), ends: noFilm},
	{what: "an image, GIF", body: of(image("still.gif")), ends: noFilm},
	{what: "a playlist of a secret", body: text("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"), ends: noFilm},
	{what: "a playlist of elsewhere", body: text("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttp://127.0.0.1/film.ts\n#EXT-X-ENDLIST\n"), ends: noFilm},
	{what: "a list of files", body: text("ffconcat version 1.0\nfile /etc/passwd\n"), ends: noFilm},
	{what: "a manifest", body: text(`<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>`), ends: noFilm},
	{what: "a session description", body: text("v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"), ends: noFilm},
	{what: "subtitles", body: text("1\n00:00:01,000 --> 00:00:02,000\nOlá.\n"), ends: noFilm},

	// Sound and nothing to see.
	{what: "sound, M4A", body: of(testfilm.SoundOnly), ends: []string{"failed no_picture"}},
	{what: "sound, Matroska", body: of(sounding("sound.mkv")), ends: []string{"failed no_picture"}},
	{what: "sound, WAV", body: of(sounding("sound.wav")), ends: noFilm},
	{what: "sound, FLAC", body: of(sounding("sound.flac")), ends: noFilm},
	{what: "a song with its cover", body: of(testfilm.CoverArt), ends: []string{"failed no_picture"}},

	// They begin like a film.
	{what: "the head of an MP4, then noise", body: after("\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"), ends: broken},
	{what: "the head of an MP4 alone", body: text("\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"), ends: broken},
	{what: "an index of endless size", body: after("\x00\x00\x00\x01moov\x7f\xff\xff\xff\xff\xff\xff\xff"), ends: broken},
	{what: "the head of a Matroska, then noise", body: after("\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska"), ends: broken},
	{what: "the head of an AVI, then noise", body: after("RIFF\xff\xff\xff\x7fAVI LIST"), ends: broken},
	{what: "the head of an FLV, then noise", body: after("FLV\x01\x05\x00\x00\x00\x09"), ends: broken},
	{what: "the head of a WMV, then noise", body: after("\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"), ends: broken},
	{what: "the head of an Ogg, then noise", body: after("OggS\x00\x02"), ends: broken},
	{what: "the head of an MPEG, then noise", body: after("\x00\x00\x01\xba\x44\x00\x04\x00\x04\x01"), ends: broken},
	{what: "packets of noise", body: packetsOfNoise, ends: broken},

	// Cut.
	{what: "an MP4 whose index is cut off", body: cut(atTheEnd, 0, 0.7), ends: []string{"failed index_missing"}},
	{what: "an MP4 cut within its index", body: cut(atFront, 0, 0.005), ends: []string{"failed index_missing"}},
	{what: "an MP4 cut in its middle", body: cut(atFront, 0, 0.5), ends: []string{"marked truncated"}},
	{what: "an MP4 without its beginning", body: cut(atFront, 0.3, 1), ends: append([]string{"failed index_missing"}, noFilm...)},
	{what: "a fragmented MP4 cut in its middle", body: cut(testfilm.Fragmented, 0, 0.5), ends: []string{plays, marked}},
	{what: "a MOV whose index is cut off", body: cut(testfilm.QuickTime, 0, 0.8), ends: []string{"failed index_missing"}},
	{what: "a Matroska cut in its middle", body: cut(testfilm.Matroska, 0, 0.6), ends: []string{"marked truncated"}},
	{what: "a Matroska cut near its end", body: cut(testfilm.Matroska, 0, 0.97), ends: []string{plays, marked}},
	{what: "a Matroska of a head alone", body: cut(testfilm.Matroska, 0, 0.002), ends: broken},
	{what: "a WebM cut in its middle", body: cut(testfilm.WebM, 0, 0.5), ends: []string{"marked truncated"}},
	{what: "an AVI cut in its middle", body: cut(testfilm.AVI, 0, 0.6), ends: []string{"marked truncated"}},
	{what: "a recording cut within a packet", body: cut(testfilm.Transport, 0, 0.4567), ends: []string{plays, marked}},
	{what: "a recording without its beginning", body: cut(testfilm.Transport, 0.31, 1), ends: []string{plays, marked}},

	// Lying.
	{what: "an MP4 that says it lasts for days", body: patched(atFront, everywhere("mvhd", 16, 0x70000000), everywhere("tkhd", 20, 0x70000000)), ends: []string{plays, marked}},
	{what: "an MP4 of pictures of no duration", body: patched(atFront, inside("stts", 12, 0)), ends: []string{plays, marked, failed}},
	{what: "an MP4 of endless pictures", body: patched(atFront, everywhere("stsz", 8, 0x7fffffff)), ends: []string{failed, marked, plays}},
	{what: "an MP4 whose pictures lie behind its end", body: patched(atFront, everywhere("stco", 8, 0x7ffffff0)), ends: []string{failed, marked}},
	{what: "an MP4 with a frame count beyond its table", body: patched(atFront, everywhere("stsz", 8, 0x00ffffff)), ends: []string{failed, marked, plays}},
	{what: "an MP4 of no frames", body: patched(atFront, everywhere("stsz", 8, 0), everywhere("stts", 4, 0), everywhere("stsc", 4, 0), everywhere("stco", 4, 0)), ends: []string{failed}},
	{what: "a film of one frame", body: of(oneFrame), ends: []string{plays}},
	{what: "a picture too large for any screen", name: "film.mkv", body: of(testfilm.Huge), ends: []string{"failed huge_picture"}},
	{what: "a picture that says it is", body: patched(atFront, everywhere("avc1", 24, 0xffffffff)), ends: []string{failed, plays}},
	{what: "a film a shop protected", body: of(testfilm.Protected), ends: []string{"failed protected"}},
	{what: "two films in one file", body: func(t *testing.T) []byte { return append(of(atFront)(t), of(atFront)(t)...) }, ends: []string{plays, marked}},
	{what: "a film with a hole of zeros", body: holed, ends: []string{plays, marked}},

	{what: "a film whose second half is noise", body: func(t *testing.T) []byte {
		body := of(atFront)(t)
		return append(body[:len(body)/2], noise(len(body)/2)...)
	}, ends: []string{"marked damaged_picture", plays}},

	// By another name.
	{what: "a Matroska called MP4", body: of(testfilm.Matroska), ends: []string{plays}},
	{what: "an MP4 called AVI", name: "film.avi", body: of(atFront), ends: []string{plays}},
	{what: "a recording called MOV", name: "film.mov", body: of(testfilm.Transport), ends: []string{plays}},
	{what: "a film called a text", name: "film.txt", body: of(atFront), ends: []string{"refused not_a_video"}},
	{what: "a film with a way up in its name", name: "../../../../../etc/film.mp4", body: of(atFront), ends: []string{plays}},
	{what: "a film with a way up, as elsewhere", name: `..\..\windows\film.mp4`, body: of(atFront), ends: []string{plays}},
	{what: "a film with 300 characters in its name", name: strings.Repeat("filme ", 49) + "de.mp4", body: of(atFront), ends: []string{"refused"}},
	{what: "a film with a line end in its name", name: "film\n.mp4", body: of(atFront), ends: []string{"refused"}},
	{what: "a film that looks like an option", name: "-i.mp4", body: of(atFront), ends: []string{plays}},
	{what: "a film that looks like an address", name: "concat:|film.mp4", body: of(atFront), ends: []string{plays}},
}

var (
	noFilm = []string{"refused not_a_video", "failed not_a_video"}
	broken = []string{"refused not_a_video", "failed not_a_video", "failed index_missing", "failed unreadable", "failed unreadable_picture", "failed no_picture"}

	oneFrame = testfilm.Film{Name: "one-frame.mp4", From: &testfilm.PAL, Args: []string{"-i", "FROM", "-frames:v", "1", "-an", "-c", "copy"}}
)

func image(name string) testfilm.Film {
	return testfilm.Film{Name: name, Args: []string{"-f", "lavfi", "-i", "testsrc2=s=320x180:d=0.04:r=25", "-frames:v", "1"}}
}

func sounding(name string) testfilm.Film {
	return testfilm.Film{Name: name, Args: []string{"-f", "lavfi", "-i", "sine=d=3:r=48000"}}
}

func text(body string) func(*testing.T) []byte {
	return func(*testing.T) []byte { return []byte(body) }
}

// after is noise behind a beginning, the same on every run.
func after(head string) func(*testing.T) []byte {
	return func(*testing.T) []byte { return append([]byte(head), noise(junkBytes)...) }
}

func noise(n int) []byte {
	out := make([]byte, n)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range out {
		out[i] = byte(r.Uint32())
	}
	return out
}

func packetsOfNoise(*testing.T) []byte {
	out := noise(188 * 1500)
	for i := 0; i < len(out); i += 188 {
		out[i] = 0x47
	}
	return out
}

func of(f testfilm.Film) func(*testing.T) []byte {
	return func(t *testing.T) []byte {
		t.Helper()
		body, err := os.ReadFile(f.Path(t))
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
}

// cut is what lies between two parts of a film.
func cut(f testfilm.Film, from, to float64) func(*testing.T) []byte {
	return func(t *testing.T) []byte {
		body := of(f)(t)
		size := float64(len(body))
		return body[int(from*size):int(to*size)]
	}
}

// holed is a film a tenth of which was never written.
func holed(t *testing.T) []byte {
	body := of(atFront)(t)
	clear(body[len(body)/2:][:len(body)/10])
	return body
}

// patched is a film with some of its tables changed.
func patched(f testfilm.Film, patches ...func(t *testing.T, body []byte)) func(*testing.T) []byte {
	return func(t *testing.T) []byte {
		body := slices.Clone(of(f)(t))
		for _, patch := range patches {
			patch(t, body)
		}
		return body
	}
}

// everywhere writes a number so many bytes into the body of each box of a kind.
func everywhere(kind string, offset int, value uint32) func(*testing.T, []byte) {
	return func(t *testing.T, body []byte) {
		t.Helper()
		found := 0
		for at := bytes.Index(body, []byte(kind)); at >= 0; {
			binary.BigEndian.PutUint32(body[at+4+offset:], value)
			found++
			next := bytes.Index(body[at+4:], []byte(kind))
			if next < 0 {
				break
			}
			at += 4 + next
		}
		if found == 0 {
			t.Fatalf("it has no %s", kind)
		}
	}
}

// inside is everywhere for the first box of a kind alone, which is the picture's.
func inside(kind string, offset int, value uint32) func(*testing.T, []byte) {
	return func(t *testing.T, body []byte) {
		t.Helper()
		at := bytes.Index(body, []byte(kind))
		if at < 0 {
			t.Fatalf("it has no %s", kind)
		}
		binary.BigEndian.PutUint32(body[at+4+offset:], value)
	}
}
