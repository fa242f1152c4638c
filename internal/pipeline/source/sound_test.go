package source

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"os"
	"testing"

	"github.com/kkmovies/kkmovies/test/testfilm"
)

// sounds opens a film that may be played as it is, and returns the sounds it has.
func sounds(t *testing.T, whole []byte) (*Index, []Sound) {
	t.Helper()
	x, err := Open(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := x.Rung()
	if err != nil {
		t.Fatal(err)
	}
	return x, r.Sounds
}

func TestOnlyPlainStereoIsCopied(t *testing.T) {
	whole, err := os.ReadFile(testfilm.PAL.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	const plain = "119056e500"
	for name, c := range map[string]struct {
		config string // AudioSpecificConfig
		copied bool
	}{
		"LC stereo":                            {plain, true},
		"LC mono":                              {"118856e500", true},
		"5.1":                                  {"11b056e500", false},
		"channels of its own":                  {"118056e500", false},
		"960 samples a packet":                 {"119456e500", false},
		"HE":                                   {"2b11880000", false},
		"HE that older decoders play as LC":    {"119056e598", false},
		"Main":                                 {"099056e500", false},
		"a rate beyond reason":                 {"1790000008", false},
		"packets for half the time they cover": {"131056e500", false}, // 24 kHz
	} {
		config, err := hex.DecodeString(c.config)
		if err != nil {
			t.Fatal(err)
		}
		was, _ := hex.DecodeString(plain)
		at := bytes.LastIndex(whole, was)
		if at < 0 {
			t.Fatal("the film's own set-up is another")
		}
		film := bytes.Clone(whole)
		copy(film[at:], config)
		x, kept := sounds(t, film)
		if len(kept) > 0 != c.copied {
			t.Errorf("%s: %+v", name, kept)
			continue
		}
		if !c.copied {
			continue
		}
		if init, err := x.SoundInit(kept[0].Stream); err != nil || !bytes.Contains(init, config) {
			t.Errorf("%s: the decoder is set up otherwise: %v", name, err)
		}
	}
}

// QuickTime knows two longer descriptions of sound; ffmpeg writes the first.
func TestSoundOfQuickTimeIsUnderstood(t *testing.T) {
	first, err := os.ReadFile(testfilm.SoundFirst.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	const fields = 28 + 16
	second := patch(t, first, in(stbl, "stsd"), func(b []byte) []byte {
		if string(b[12:16]) != "mp4a" || binary.BigEndian.Uint16(b[24:]) != 1 {
			t.Fatalf("the film's sound is described by %x", b[:64])
		}
		binary.BigEndian.PutUint16(b[24:], 2)
		binary.BigEndian.PutUint32(b[8:], binary.BigEndian.Uint32(b[8:])+20)
		at := 16 + fields
		return append(append(bytes.Clone(b[:at]), make([]byte, 20)...), b[at:]...)
	})
	var inits [2][]byte
	for i, film := range [][]byte{first, second} {
		x, kept := sounds(t, film)
		if len(kept) != 1 || kept[0].Stream != 0 || kept[0].Rate != 44100 || kept[0].Channels != 2 {
			t.Fatalf("version %d: %+v", i+1, kept)
		}
		if inits[i], err = x.SoundInit(0); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(inits[0], inits[1]) {
		t.Error("another decoder is set up")
	}
}

// Nothing of the source's own words reaches a viewer: no name, no tool, no time, no place.
func TestInitialisationSegmentsSayOnlyWhatADecoderNeeds(t *testing.T) {
	x := open(t, testfilm.PAL.Path(t))
	video, err := x.VideoInit()
	if err != nil {
		t.Fatal(err)
	}
	sound, err := x.SoundInit(1)
	if err != nil {
		t.Fatal(err)
	}
	for name, init := range map[string][]byte{"video": video, "sound": sound} {
		for _, box := range []string{"udta", "meta", "btrt", "Lavf", "VideoHandler"} {
			if bytes.Contains(init, []byte(box)) {
				t.Errorf("%s: there is %q", name, box)
			}
		}
		if edited := bytes.Contains(init, []byte("edts")); edited != (name == "sound") {
			t.Errorf("%s: an edit list is there: %v", name, edited)
		}
	}
}
