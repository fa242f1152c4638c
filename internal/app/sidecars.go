package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/subtitle"
)

// sidecar is a file of subtitles beside a film: film.pt-BR.srt beside film.mkv.
type sidecar struct {
	path string
	said plan.Subtitle
}

// importSidecars gives a film the subtitles that lie beside it. One that cannot be read is
// named, and the film is there all the same.
func (h *house) importSidecars(ctx context.Context, film, videoID string) error {
	found, unclear, err := sidecarsOf(film)
	if err != nil {
		return err
	}
	for _, name := range unclear {
		fmt.Printf("left out  %s: its name should say its language, as in %s\n", name, strings.TrimSuffix(filepath.Base(film), filepath.Ext(film))+".pt-BR.srt")
	}
	for _, s := range found {
		file, err := readSidecar(s.path)
		if err == nil {
			_, err = h.pipeline.AddSubtitle(ctx, videoID, s.said, file)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			fmt.Printf("left out  %s: %s\n", s.path, explain(err))
			continue
		}
		fmt.Printf("added     %s\n", s.path)
	}
	return nil
}

// readSidecar reads no more than one byte over the limit, which is enough to be refused.
func readSidecar(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, subtitle.MaxBytes+1))
}

// sidecarsOf lists the subtitles beside a film, and the names that look like some but do
// not say what they are.
func sidecarsOf(film string) (found []sidecar, unclear []string, err error) {
	entries, err := os.ReadDir(filepath.Dir(film))
	if err != nil {
		return nil, nil, err
	}
	stem := strings.TrimSuffix(filepath.Base(film), filepath.Ext(film))
	for _, entry := range entries {
		name := entry.Name()
		ext := strings.ToLower(filepath.Ext(name))
		if entry.IsDir() || ext != ".srt" && ext != ".vtt" && ext != ".ass" && ext != ".ssa" {
			continue
		}
		middle, ok := strings.CutPrefix(name[:len(name)-len(ext)], stem)
		if !ok || middle != "" && middle[0] != '.' {
			continue
		}
		path := filepath.Join(filepath.Dir(film), name)
		if said, ok := sidecarSays(strings.TrimPrefix(middle, ".")); ok {
			found = append(found, sidecar{path, said})
		} else {
			unclear = append(unclear, path)
		}
	}
	return found, unclear, nil
}

// sidecarSays reads what stands between a film's name and the extension: "pt-BR",
// "en.forced", "en.sdh", or nothing.
func sidecarSays(middle string) (plan.Subtitle, bool) {
	said := plan.Subtitle{Language: "und"}
	if middle == "" {
		return said, true
	}
	for _, part := range strings.Split(middle, ".") {
		switch lower := strings.ToLower(part); {
		case lower == "forced":
			said.Forced = true
		case lower == "sdh", lower == "cc", lower == "hi" && said.Language != "und": // alone it is Hindi
			said.SDH = true
		case said.Language == "und" && plan.IsLanguage(strings.ReplaceAll(part, "_", "-")):
			said.Language = strings.ReplaceAll(part, "_", "-")
		default:
			return said, false
		}
	}
	return said, true
}
