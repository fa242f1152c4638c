package pipeline_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// manySounds is a brief film with one sound track more than a film is given.
var manySounds = testfilm.Film{Name: "33-sounds.mp4", From: &testfilm.PAL, Args: slices.Concat(
	[]string{"-i", "FROM", "-t", "4", "-map", "0:v"}, slices.Repeat([]string{"-map", "0:a"}, 33),
	[]string{"-c:v", "mpeg4", "-q:v", "4", "-g", "50", "-c:a", "copy"})}

func TestAFilmWithMoreSoundsThanItIsGivenSaysSo(t *testing.T) {
	s := newStudio(t)
	s.start(pipeline.Options{Alone: true})
	id := s.planned(manySounds, small)
	v, err := s.db.Catalog().Video(t.Context(), id)
	if err != nil || len(v.Marks) != 1 || v.Marks[0].Code != "too_many_sounds" || !strings.Contains(v.Marks[0].Detail, "33") {
		t.Errorf("marked %+v, %v", v.Marks, err)
	}
}
