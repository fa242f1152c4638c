package watch

import (
	"testing"

	"github.com/kkmovies/kkmovies/internal/account"
)

func TestAViewerGoesOnWhereTheyStoppedOnAnotherDevice(t *testing.T) {
	h := open(t)
	if err := h.Record(t.Context(), says("tv", 1200)); err != nil {
		t.Fatal(err)
	}
	at, era, err := h.Resume(t.Context(), account.Principal{UserID: ana.UserID, ProfileID: ana.ProfileID}, "film", "playing-2")
	if err != nil || at != 1200 || era != (Era{}) {
		t.Fatalf("at %v in %v, %v", at, era, err)
	}
	row, err := h.Continue(t.Context(), ana, account.Principal{}.Limit, 20)
	if err != nil || len(row) != 1 || row[0].VideoID != "film" || row[0].Position != 1200 || row[0].DeviceID != "tv" || row[0].State != Playing {
		t.Fatalf("%+v, %v", row, err)
	}
	if err := h.Remove(t.Context(), ana, "film"); err != nil {
		t.Fatal(err)
	}
	if row, err = h.Continue(t.Context(), ana, account.Principal{}.Limit, 20); err != nil || len(row) != 0 {
		t.Fatalf("%+v, %v", row, err)
	}
	history, next, err := h.History(t.Context(), ana, account.Principal{}.Limit, nil, 20)
	if err != nil || len(history) != 1 || next != nil || history[0].Position != 1200 {
		t.Fatalf("%+v, %v, %v", history, next, err)
	}
	if err := h.Forget(t.Context(), ana); err != nil {
		t.Fatal(err)
	}
	if history, _, err = h.History(t.Context(), ana, account.Principal{}.Limit, nil, 20); err != nil || len(history) != 0 {
		t.Fatalf("%+v, %v", history, err)
	}
}
