package pipelinetest

import (
	"testing"
	"time"
)

const (
	stays = time.Hour
	left  = -time.Second // what it said no longer counts
)

func here(t *testing.T, s Subject, owner string, lacksRoom bool, lasts time.Duration) (others bool) {
	t.Helper()
	others, err := s.Store.Here(t.Context(), owner, lacksRoom, lasts)
	must(t, owner+" is here", err)
	return others
}

func wantWithoutRoom(t *testing.T, s Subject, when string, want ...string) {
	t.Helper()
	got, err := s.Store.WithoutRoom(t.Context())
	must(t, when, err)
	wantEqual(t, when, got, want)
}

func othersWithRoomAreTold(t *testing.T, s Subject) {
	wantWithoutRoom(t, s, "nobody is here")
	wantEqual(t, "alone, another has room", here(t, s, "a", false, stays), false)
	wantEqual(t, "of two, another has room", here(t, s, "b", true, stays), true)
	wantEqual(t, "of two, one of them full, another has room", here(t, s, "a", false, stays), false)
	wantWithoutRoom(t, s, "b lacks room", "b")

	wantEqual(t, "of two that are full, another has room", here(t, s, "a", true, stays), false)
	wantWithoutRoom(t, s, "both lack room", "a", "b")
	here(t, s, "b", false, stays)
	wantEqual(t, "with room again, another has some", here(t, s, "a", true, stays), true)
	wantWithoutRoom(t, s, "b has room again", "a")
}

func whoIsGoneHasNoRoom(t *testing.T, s Subject) {
	here(t, s, "dead", false, left)
	wantEqual(t, "one that died has room", here(t, s, "a", true, stays), false)
	here(t, s, "stopped", false, stays)
	wantEqual(t, "one that has not stopped yet has room", here(t, s, "a", true, stays), true)
	must(t, "stop", s.Store.Gone(t.Context(), "stopped"))
	must(t, "stop again", s.Store.Gone(t.Context(), "stopped"))
	wantEqual(t, "one that stopped has room", here(t, s, "a", true, stays), false)

	here(t, s, "full and dead", true, left)
	wantWithoutRoom(t, s, "one lacks room, one did and is dead", "a")
	must(t, "stop", s.Store.Gone(t.Context(), "a"))
	wantWithoutRoom(t, s, "nobody is here any more")
}
