package probe

import (
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// Nobody knows when its words are shown: that is no film without words.
func TestWordsOfAFileWithoutAPictureAreRefused(t *testing.T) {
	file := testfilm.Film{Name: "words-alone.mkv", From: &testfilm.Worded, Args: []string{"-i", "FROM", "-map", "0:a", "-map", "0:s", "-c", "copy"}}
	found, err := New(testfilm.Tools(t)).Texts(t.Context(), file.Path(t), nil)
	if !fault.Is(err, fault.Invalid) {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestATitleSaysWhatATrackIsFor(t *testing.T) {
	for title, want := range map[string]struct{ forced, sdh bool }{
		"":                                 {},
		"English":                          {},
		"English [SDH]":                    {sdh: true},
		"English (Forced)":                 {forced: true},
		"Português (forçadas)":             {forced: true},
		"Forcado":                          {forced: true},
		"Reinforced":                       {},
		"English for the Hearing Impaired": {sdh: true},
		"Closed Captions":                  {sdh: true},
	} {
		if got := saysForced.MatchString(title); got != want.forced {
			t.Errorf("%q is forced: %v", title, got)
		}
		if got := saysSDH.MatchString(title); got != want.sdh {
			t.Errorf("%q is for those who cannot hear: %v", title, got)
		}
	}
}
