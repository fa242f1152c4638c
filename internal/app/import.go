package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/internal/upload"
)

type importCommand struct {
	Paths    []string `arg:"" name:"file|folder" help:"Films, or folders to look through for films, with the .nfo, posters, fanart and subtitles beside them." type:"existingpath"`
	Language string   `help:"Language of the texts in .nfo files: en or pt-BR. Unset: that of the terminal." placeholder:"LANGUAGE"`
}

// operator is who acts when nobody is signed in: whoever runs commands on the machine.
var operator = account.Principal{UserID: "operator", ProfileID: "operator", SessionID: "operator", Role: account.Admin}

// Run brings each film in and goes on after one that fails. A server on the same data,
// running now or started later, makes them playable.
func (i importCommand) Run(ctx context.Context, c *config.Config, log *slog.Logger) error {
	if i.Language = cmp.Or(i.Language, terminalLanguage()); !slices.Contains(catalog.Languages, i.Language) {
		return usageError{fmt.Errorf("--language is %s", strings.Join(catalog.Languages, " or "))}
	}
	films, passed, err := filmsBelow(i.Paths)
	if err != nil {
		return err
	}
	for _, path := range passed {
		fmt.Printf("passed    %s: a sample or an extra\n", path)
	}
	if len(films) == 0 {
		return fmt.Errorf("no film was found in %s", strings.Join(i.Paths, ", "))
	}
	h, err := open(ctx, c, log, duties{})
	if err != nil {
		return err
	}
	defer h.close()
	look := looker(ctx, c, log)
	failed := 0
	for _, film := range films {
		path, around := film.Path, &beside{h: h, language: i.Language}
		marks, err := look(ctx, path)
		id, filmID := "", ""
		if err == nil {
			filmID, err = around.bring(ctx, film)
		}
		if err == nil {
			id, err = h.importFilm(ctx, path, filmID)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed++
			fmt.Printf("failed    %s: %s\n", path, inWords(err))
			continue
		}
		fmt.Printf("imported  %s as %s\n", path, id)
		for _, note := range around.notes {
			fmt.Println(note)
		}
		if err := h.importSidecars(ctx, path, id); err != nil {
			return err
		}
		for _, m := range marks {
			fmt.Printf("  but     %s\n", sentences(m.Code))
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d films could not be imported", failed, len(films))
	}
	return nil
}

// looker returns what looks at a film before it is copied: of gigabytes, too, it is known in
// a moment whether a film can be made of them, and what of them is lost. Where there is no
// ffmpeg the server that makes the film will tell.
func looker(ctx context.Context, c *config.Config, log *slog.Logger) func(ctx context.Context, path string) ([]probe.Fault, error) {
	tools, err := ffmpeg.Find(ctx, toolsOf(c, log))
	if err != nil {
		log.Warn("films are imported without a look at them", "why", explain(err))
		return func(context.Context, string) ([]probe.Fault, error) { return nil, nil }
	}
	prober := probe.New(tools)
	return func(ctx context.Context, path string) ([]probe.Fault, error) {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		path, err = filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		report, err := prober.Run(ctx, probe.In{Path: path, Bytes: info.Size()})
		return report.Faults, err
	}
}

// inWords says why a film cannot be imported, in the language of the terminal.
func inWords(err error) string {
	if code := fault.CodeOf(err); catalog.IsReason(code) && fault.PublicOf(err) != "" {
		return sentences(code)
	}
	return explain(err)
}

func sentences(code string) string {
	words := catalog.Reason(code)[terminalLanguage()]
	return words.Sentence + " " + words.Remedy
}

// terminalLanguage is the language programs in a terminal are asked to speak (locale(7)).
func terminalLanguage() string {
	if strings.HasPrefix(cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")), "pt") {
		return "pt-BR"
	}
	return catalog.Languages[0]
}

// importFilm brings a file in, as a video of a film where it is known by now; else whoever makes
// it playable finds its film, or makes it.
func (h *house) importFilm(ctx context.Context, path, filmID string) (videoID string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	bar := io.Discard
	if term.IsTerminal(int(os.Stdout.Fd())) {
		shown := progressbar.NewOptions64(info.Size(), progressbar.OptionSetDescription(filepath.Base(path)),
			progressbar.OptionShowBytes(true), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
		defer shown.Close()
		bar = shown
	}
	said := upload.File{Name: filepath.Base(path), Size: info.Size()}
	if filmID != "" {
		said.Begun = func(ctx context.Context, videoID string) error {
			return h.films.Join(ctx, videoID, filmID, guess(path))
		}
	}
	direct, err := h.uploads.TakesDirect(ctx)
	if err != nil {
		return "", err
	}
	if direct {
		return h.importDirect(ctx, file, info, said, bar)
	}
	return h.uploads.Stream(ctx, operator, said, io.TeeReader(file, bar))
}
