package probe

import "testing"

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
			t.Errorf("%q is for who cannot hear: %v", title, got)
		}
	}
}
