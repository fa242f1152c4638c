package probe

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Whatever a file holds, walking its headers ends. No file has an index that it is cut off
// in, none of Matroska's lacks its last byte, and what follows an MP4 does not cost it the
// one it has.
func FuzzLayout(f *testing.F) {
	for _, seed := range []string{
		"\x00\x00\x00\x08ftyp\x00\x00\x00\x08moov",
		"\x00\x00\x00\x08ftyp\x00\x00\x00\x10moov\x00\x00\x00\x08mvex",
		"\x00\x00\x00\x08ftyp\x00\x00\x00\x01moov\x00\x00\x00\x00\x00\x00\x00\x18\x00\x00\x00\x08trak",
		"\x00\x00\x00\x01ftyp\xff\xff\xff\xff\xff\xff\xff\xff",
		"\x00\x00\x00\x08ftyp\x00\x00\x40\x08moov",
		"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x85\x1c\x53\xbb\x6b\x80",
		"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff\x1f\x43\xb6\x75\xff\x1c\x53\xbb\x6b\x80",
		"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x8b\x1f\x43\xb6\x75\x81\x00\x1c\x53\xbb\x6b\x80",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		path := filepath.Join(t.TempDir(), "film")
		look := func(body []byte) layout {
			if err := os.WriteFile(path, body, 0o600); err != nil {
				t.Fatal(err)
			}
			l, err := layoutOf(path)
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		l := look(body)
		if l.indexed && l.cut || l.cut && !l.mp4 {
			t.Errorf("%+v", l)
		}
		if l.indexed && !l.mp4 && look(body[:len(body)-1]).indexed {
			t.Error("without its last byte it has an index still")
		}
		if back, err := seekBack(path, 0); err == nil && (math.IsNaN(back) || back < 0) {
			t.Errorf("a seek goes %v s back", back)
		}
		if more := look(append(body, "\x00\x00\x00\x08free"...)); l.mp4 && l.indexed && !more.indexed {
			t.Error("with a box behind it, it has no index any more")
		}
	})
}

// A number of EBML takes as many bytes as it says, and is read as it was written.
func FuzzVint(f *testing.F) {
	f.Add(uint64(0), []byte{0x81})
	f.Add(uint64(1<<56-2), []byte{0x01, 0xff})
	f.Fuzz(func(t *testing.T, value uint64, raw []byte) {
		if _, size, ok := vint(raw, 8, true); ok && (size < 1 || size > 8 || size > len(raw)) {
			t.Errorf("%x takes %d bytes", raw, size)
		}
		value %= 1<<56 - 1
		for size := 1; size <= 8; size++ {
			if value >= 1<<(7*size) {
				continue
			}
			written := binary.BigEndian.AppendUint64(nil, value|1<<(7*size))[8-size:]
			got, took, ok := vint(append(written, raw...), 8, true)
			if !ok || took != size || got != int64(value) {
				t.Errorf("%d in %d bytes is read as %d in %d: %v", value, size, got, took, ok)
			}
		}
	})
}

// How far keyframes are out of place is what counting every sample one by one gives.
func FuzzDelaySpread(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x02\x00\x00\x02\x00\x00\x00\x00\x03\x00\x00\x04\x00"), []byte("\x00\x00\x00\x01\x00\x00\x00\x04"))
	f.Add([]byte("\x00\x00\x00\x01\xff\xff\xff\x00"), []byte{})
	f.Fuzz(func(t *testing.T, delays, keyframes []byte) {
		delays, keyframes = bytes.Clone(delays[:len(delays)/8*8]), bytes.Clone(keyframes[:len(keyframes)/4*4])
		var each []int64
		for at := 0; at < len(delays); at += 8 {
			delays[at], delays[at+1], delays[at+2] = 0, 0, 0 // few enough to count
			for range delays[at+3] {
				each = append(each, int64(int32(binary.BigEndian.Uint32(delays[at+4:]))))
			}
		}
		var first, most int64
		seen, last := false, uint32(0)
		for at := 0; at < len(keyframes); at += 4 {
			n := last + 1 + binary.BigEndian.Uint32(keyframes[at:])%64
			binary.BigEndian.PutUint32(keyframes[at:], n) // in order, as they are
			if last = n; int64(n) > int64(len(each)) {
				continue
			}
			if delay := each[n-1]; !seen {
				first, most, seen = delay, delay, true
			} else {
				most = max(most, delay)
			}
		}
		if len(keyframes) == 0 {
			return
		}
		if got := delaySpread(delays, keyframes); got != most-first {
			t.Errorf("%d, counted are %d", got, most-first)
		}
	})
}

// Whatever ffprobe says of a film, it is refused in words, or reported in numbers that can be
// stored and reckoned with.
func FuzzAnswer(f *testing.F) {
	const said = `{"format":{"format_name":"mov,mp4","duration":"14.0","bit_rate":"80000"},"streams":[
{"index":0,"codec_type":"video","codec_name":"h264","pix_fmt":"yuv420p","width":320,"height":180,"sample_aspect_ratio":"4:3","field_order":"tt","color_transfer":"unknown",
"r_frame_rate":"24000/1001","avg_frame_rate":"24000/1001","time_base":"1/24000","start_pts":2002,"nb_frames":"336","tags":{"rotate":"90"},"side_data_list":[{"side_data_type":"Display Matrix","rotation":-90},
{"side_data_type":"DOVI configuration record","dv_profile":8,"dv_bl_signal_compatibility_id":1}],"disposition":{"attached_pic":0}},
{"index":1,"codec_type":"audio","codec_name":"aac","sample_rate":"48000","channels":2,"time_base":"1/48000","tags":{"language":"por"},"disposition":{"default":1,"dub":1}},
{"index":2,"codec_type":"subtitle","codec_name":"hdmv_pgs_subtitle"}],"chapters":[{"start_time":"0.0","end_time":"2.5"}]}`
	const head = `{"packets_and_frames":[{"type":"packet","pts":2002,"flags":"K_"},{"type":"frame","pts":2002,"interlaced_frame":1},{"type":"packet","pts":3003,"flags":"__"},
{"type":"packet","pts":4004,"flags":"__"},{"type":"packet","pts":5005,"flags":"_D"},{"type":"packet","pts":6006,"flags":"__"}]}`
	const tail = `{"packets":[{"stream_index":0,"pts":336336,"duration":1001,"flags":"K_"},{"stream_index":1,"dts":670000,"duration":1024,"flags":"K_"}]}`
	f.Add([]byte(said), []byte(head), []byte(tail))
	f.Add([]byte(`{"streams":[{"codec_type":"video","codec_name":"h264","width":2,"height":2,"side_data_list":[{"rotation":1e300}]}]}`), []byte(`{"frames":[{}]}`), []byte(`{}`))
	f.Add([]byte(`{"streams":[{"codec_type":"video","codec_name":"h264","width":2,"height":2,"tags":{"rotate":"nan"}}]}`), []byte(`{"frames":[{"pts":null}]}`), []byte(`{}`))
	f.Fuzz(func(t *testing.T, saidRaw, headRaw, tailRaw []byte) {
		said, err1 := parse(saidRaw)
		head, err2 := parse(headRaw)
		tail, err3 := parse(tailRaw)
		if err1 != nil || err2 != nil || err3 != nil {
			return
		}
		report, err := read(said)
		if err != nil {
			if !fault.Is(err, fault.Invalid) || fault.CodeOf(err) == "" || fault.PublicOf(err) == "" {
				t.Errorf("not in words: %v", err)
			}
			return
		}
		if len(head.Frames) > 0 {
			report.firstFrames(said, head)
		}
		if report.timedByDecoding() {
			report.late(said.picture().Reordered)
			tail.timeByDecoding(report.Video.Stream)
		}
		report.measure(said, tail)
		stored, err := json.Marshal(report)
		if err != nil {
			t.Fatalf("it cannot be stored: %v", err)
		}
		var again Report
		if err := json.Unmarshal(stored, &again); err != nil {
			t.Fatalf("it is stored as %s: %v", stored, err)
		}
		if restored, err := json.Marshal(again); err != nil || !bytes.Equal(stored, restored) {
			t.Errorf("stored and read again it is %s, was %s", restored, stored)
		}
		v := report.Video
		if v.Rotation%90 != 0 || v.Rotation < 0 || v.Rotation > 270 || v.Width < 1 || v.Height < 1 || v.Width > maxSide || v.Height > maxSide {
			t.Errorf("%+v", v)
		}
		if v.SARNum < 0 || v.SARDen < 0 || v.FrameRateNum < 0 || v.FrameRateDen < 0 || v.Late < 0 {
			t.Errorf("%+v", v)
		}
		for _, a := range report.Audio {
			if a.EndSeconds < a.StartSeconds || a.SampleRate < 1 || a.Channels < 1 {
				t.Errorf("%+v", a)
			}
		}
	})
}
