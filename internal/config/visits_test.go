package config

import (
	"strings"
	"testing"
)

func TestWhatGoogleIsToldByIsWholeOrNotThere(t *testing.T) {
	for _, one := range []struct{ id, secret, want string }{
		{"", "", ""},
		{"G-ABC123DEF4", "s", ""},
		{"G-ABC123DEF4", "", "KK_GA4_MEASUREMENT_ID and KK_GA4_SECRET go together"},
		{"", "s", "KK_GA4_MEASUREMENT_ID and KK_GA4_SECRET go together"},
		{"UA-12345-6", "s", "KK_GA4_MEASUREMENT_ID \"UA-12345-6\" is not the measurement id"},
		{"G-ABC&x=1", "s", "is not the measurement id"},
	} {
		err := (&Config{GA4ID: one.id, GA4Secret: Secret(one.secret)}).visits()
		if (err == nil) != (one.want == "") || err != nil && !strings.Contains(err.Error(), one.want) {
			t.Errorf("%q and a secret of %d letters: %v, want %q", one.id, len(one.secret), err, one.want)
		}
	}
}
