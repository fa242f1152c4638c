package fault

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
)

func TestWrappingKeepsKindCodeAndSentenceOfTheFaultBelow(t *testing.T) {
	below := New(Conflict, "upload.complete", "parts_missing", "Two parts have not arrived.")
	err := Wrap("httpapi.complete", fmt.Errorf("while completing: %w", below))

	if !Is(err, Conflict) || CodeOf(err) != "parts_missing" || PublicOf(err) != "Two parts have not arrived." {
		t.Fatalf("kind %v, code %q, public %q", KindOf(err), CodeOf(err), PublicOf(err))
	}
	if !errors.Is(err, below) {
		t.Fatal("the fault below is no longer reachable")
	}
}

func TestAnUnknownErrorIsInternalAndSaysNothingAloud(t *testing.T) {
	err := Wrap("sqlstore.video", errors.New("password=hunter2 refused"))
	if KindOf(err) != Internal || CodeOf(err) != "internal" || PublicOf(err) != "" {
		t.Fatalf("kind %v, code %q, public %q", KindOf(err), CodeOf(err), PublicOf(err))
	}
}

func TestWrappingNothingIsNothing(t *testing.T) {
	if Wrap("op", nil) != nil || CodeOf(nil) != "" {
		t.Fatal("nil became an error")
	}
}

func TestAFullDiskIsALackOfRoomWhoeverWroteToIt(t *testing.T) {
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT} {
		if err := Wrap("pipeline.prepare", &os.PathError{Op: "mkdir", Path: "/scratch/x", Err: full}); !Is(err, NoSpace) || CodeOf(err) != "no_space" {
			t.Errorf("%v became %v", full, err)
		}
	}
}
