package pipeline

import (
	"context"
	"math"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/pipeline/source"
	"github.com/kkmovies/kkmovies/internal/pipeline/subtitle"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Texts is the job that takes what can be read out of a film: subtitles and chapters.
type Texts struct {
	VideoID string `json:"videoId"`
}

// Kind is the job's name.
func (Texts) Kind() string { return "pipeline.texts" }

func (j Texts) video() string { return j.VideoID }

// TextStore keeps what can be read of videos: subtitles and chapters. Unknown videos are
// fault.NotFound.
type TextStore interface {
	// Texts returns what there is, in the order it came, and whether the film has been read.
	Texts(ctx context.Context, videoID string) (t ReadTexts, read bool, err error)
	// NumberSubtitles gives out numbers for that many new subtitles, each number once in a
	// video's life: what is stored under one is never another.
	NumberSubtitles(ctx context.Context, videoID string, count int) (first int, err error)
	// SaveTexts stores what was read in the film itself. A second time it changes nothing.
	SaveTexts(ctx context.Context, videoID string, t ReadTexts) error
	// ReadLater enqueues Texts for each video with a plan that has not been read: one that
	// came before subtitles were.
	ReadLater(ctx context.Context) error
	// AddSubtitle stores one more, with a number given out before; fault.Conflict when a
	// video has plan.MaxSubtitles.
	AddSubtitle(ctx context.Context, videoID string, s plan.Subtitle) error
	// RemoveSubtitle forgets one; fault.NotFound when there is none of this id.
	RemoveSubtitle(ctx context.Context, videoID, id string) error
}

// ReadTexts are a video's subtitles and chapters.
type ReadTexts struct {
	Subtitles []plan.Subtitle
	Chapters  []plan.Chapter
}

// texts reads a film's subtitles and chapters. What is read is the file as it was
// uploaded: a remux has only picture and sound.
func (p *Pipeline) texts(ctx context.Context, job Texts) error {
	const op = "pipeline.texts"
	if _, read, err := p.Store.Texts(ctx, job.VideoID); read || err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, p.examine(ctx, job, sight{asUploaded: true, part: words}, func(ctx context.Context, f film) error {
		return p.read(ctx, job.VideoID, f)
	}))
}

// words are all that is read of a film, unless where its picture begins is looked for as well.
func words(_ plan.Plan, src Source) (source.Part, bool) {
	return source.Words, src.EncodeKey == src.BlobKey
}

func (p *Pipeline) read(ctx context.Context, videoID string, f film) error {
	var known *float64 // when the first picture is shown, in the file as it was uploaded
	if f.source.EncodeKey == f.source.BlobKey {
		begins := float64(f.plan.Picture.OriginTicks) / float64(f.plan.Grid.Timescale)
		known = &begins
	}
	found, err := p.prober.Texts(ctx, f.path, known)
	if err != nil {
		return err
	}
	cues, err := p.words.Extract(ctx, subtitle.In{Path: f.path, Texts: found, Scratch: f.scratch, Gate: f.gate})
	if err != nil {
		return err
	}
	read := ReadTexts{Chapters: chaptersOf(found, f.plan.DurationSeconds)}
	if read.Subtitles, err = p.keepSubtitles(ctx, videoID, found.Tracks, cues); err != nil {
		return err
	}
	if err := p.Store.SaveTexts(ctx, videoID, read); err != nil {
		return err
	}
	p.Changed(ctx, videoID)
	return nil
}

// keepSubtitles stores each track that has words, and returns them.
func (p *Pipeline) keepSubtitles(ctx context.Context, videoID string, tracks []probe.Text, cues [][]subtitle.Cue) ([]plan.Subtitle, error) {
	number, err := p.Store.NumberSubtitles(ctx, videoID, len(tracks))
	if err != nil {
		return nil, err
	}
	var kept []plan.Subtitle
	for i, t := range tracks {
		if len(cues[i]) == 0 {
			p.Logger.InfoContext(ctx, "a subtitle track has no words that can be read", "video", videoID, "stream", t.Stream)
			continue
		}
		s := plan.NewSubtitle(number+i, plan.Subtitle{Language: t.Language, Label: t.Title, Default: t.Default, Forced: t.Forced, SDH: t.SDH})
		if err := p.putText(ctx, plan.FileKey(videoID, plan.SubtitleName(s.ID)), subtitle.Write(cues[i])); err != nil {
			return nil, err
		}
		kept = append(kept, s)
	}
	return kept, nil
}

// chaptersOf puts chapters on the film's clock: those that begin while there is a picture.
func chaptersOf(found probe.Texts, duration float64) []plan.Chapter {
	var chapters []plan.Chapter
	for _, c := range found.Chapters {
		start := max(0, math.Round((c.StartSeconds-found.StartSeconds)*1000)/1000)
		end := min(duration, math.Round((c.EndSeconds-found.StartSeconds)*1000)/1000)
		if end > start {
			chapters = append(chapters, plan.Chapter{Title: plan.Printable(c.Title), StartSeconds: start, EndSeconds: end})
		}
	}
	return chapters
}

// Subtitles returns a video's subtitles.
func (p *Pipeline) Subtitles(ctx context.Context, videoID string) ([]plan.Subtitle, error) {
	t, _, err := p.Store.Texts(ctx, videoID)
	return t.Subtitles, fault.Wrap("pipeline.subtitles", err)
}

// AddSubtitle gives a video a subtitle a person brought, at any time of its life. Of what
// is said of it only the language is asked for.
func (p *Pipeline) AddSubtitle(ctx context.Context, videoID string, said plan.Subtitle, file []byte) (plan.Subtitle, error) {
	const op = "pipeline.add_subtitle"
	if !plan.IsLanguage(said.Language) {
		return plan.Subtitle{}, fault.New(fault.Invalid, op, "bad_language", "Say which language the subtitles are in by its code, such as pt-BR or en.")
	}
	if _, _, err := p.Store.Texts(ctx, videoID); err != nil { // nothing is read for a video that is not there
		return plan.Subtitle{}, fault.Wrap(op, err)
	}
	cues, err := subtitle.Read(file, said.Language)
	if err != nil {
		return plan.Subtitle{}, fault.Wrap(op, err)
	}
	number, err := p.Store.NumberSubtitles(ctx, videoID, 1)
	if err != nil {
		return plan.Subtitle{}, fault.Wrap(op, err)
	}
	said.Added, said.Default = true, false
	added := plan.NewSubtitle(number, said)
	key := plan.FileKey(videoID, plan.SubtitleName(added.ID))
	if err := p.putText(ctx, key, subtitle.Write(cues)); err != nil {
		return plan.Subtitle{}, fault.Wrap(op, err)
	}
	if err := p.Store.AddSubtitle(ctx, videoID, added); err != nil {
		p.dropSubtitle(context.WithoutCancel(ctx), key)
		return plan.Subtitle{}, fault.Wrap(op, err)
	}
	p.Changed(ctx, videoID)
	return added, nil
}

// RemoveSubtitle takes a subtitle away, wherever it came from.
func (p *Pipeline) RemoveSubtitle(ctx context.Context, videoID, id string) error {
	const op = "pipeline.remove_subtitle"
	if err := p.Store.RemoveSubtitle(ctx, videoID, id); err != nil {
		return fault.Wrap(op, err)
	}
	p.dropSubtitle(context.WithoutCancel(ctx), plan.FileKey(videoID, plan.SubtitleName(id)))
	p.Changed(ctx, videoID)
	return nil
}

// dropSubtitle removes a file nothing names any more. One that stays goes with its video.
func (p *Pipeline) dropSubtitle(ctx context.Context, key string) {
	if err := p.Blobs.Delete(ctx, key); err != nil {
		p.Logger.WarnContext(ctx, "a subtitle's file remains", "key", key, "error", err)
	}
}
