package encode

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/Eyevinn/mp4ff/aac"
	"github.com/Eyevinn/mp4ff/av1"
	"github.com/Eyevinn/mp4ff/avc"
	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Init is the initialisation segment of a rendition, as it is stored and served.
type Init struct {
	Rendition string
	Bytes     []byte
	Codecs    string // RFC 6381: "avc1.64001f", "av01.0.08M.08", "mp4a.40.2"
}

// PrepareIn is a plan and its source. Scratch is as in In.
type PrepareIn struct {
	Plan    plan.Plan
	Source  string
	Fetch   Fetch
	Feed    Feed // all three as in In
	Scratch string
}

// Prepare encodes one frame of each rendition that is encoded, so that every
// initialisation segment, and the codecs a playlist must name, are there before anything
// else is made.
func (e *Encoder) Prepare(ctx context.Context, in PrepareIn) ([]Init, error) {
	const op = "encode.prepare"
	var video, audio []plan.Rendition
	for _, r := range in.Plan.Renditions {
		switch {
		case r.Copy:
		case r.Kind == plan.Video:
			video = append(video, r)
		default:
			audio = append(audio, r)
		}
	}
	job := work{plan: in.Plan, source: in.Source, fetch: in.Fetch, feed: in.Feed, scratch: in.Scratch, urgent: true}
	var wg sync.WaitGroup
	var videoErr, audioErr error
	if len(video) > 0 {
		wg.Go(func() {
			_, videoErr = e.video(ctx, job, video, firstFrame(in.Plan.Grid))
		})
	}
	if len(audio) > 0 {
		wg.Go(func() {
			c := audioCommand(in.Plan, audio, slices.Repeat([]packets{{count: 1}}, len(audio)))
			_, audioErr = e.run(ctx, job, c)
		})
	}
	wg.Wait()
	for _, err := range []error{videoErr, audioErr} {
		if err != nil {
			return nil, fault.Wrap(op, err)
		}
	}
	var inits []Init
	for _, r := range slices.Concat(video, audio) {
		init, err := readInit(filepath.Join(in.Scratch, fileName(r)))
		if err != nil {
			return nil, fault.Wrap(op, fmt.Errorf("%s: %w", r.ID, err))
		}
		if init.Rendition = r.ID; r.Codecs != "" && init.Codecs != r.Codecs {
			return nil, fault.Wrap(op, fmt.Errorf("%s: %s, planned as %s", r.ID, init.Codecs, r.Codecs))
		}
		inits = append(inits, init)
	}
	return inits, nil
}

// readInit takes the initialisation segment out of an encoded file. Gone are the edit
// list (pack puts the first frame at its own time), the bit rate, which differs from task
// to task, and what a muxer may say of itself.
func readInit(path string) (Init, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Init{}, err
	}
	file, err := mp4.DecodeFile(bytes.NewReader(raw))
	if err != nil {
		return Init{}, err
	}
	if file.Init == nil || file.Init.Moov == nil || len(file.Init.Moov.Traks) != 1 {
		return Init{}, fmt.Errorf("no single track")
	}
	moov, trak := file.Init.Moov, file.Init.Moov.Trak
	moov.Children = slices.DeleteFunc(moov.Children, func(b mp4.Box) bool { return b.Type() == "udta" })
	trak.Children = slices.DeleteFunc(trak.Children, func(b mp4.Box) bool { return b.Type() == "edts" })
	trak.Edts = nil
	var codecs string
	switch stsd := trak.Mdia.Minf.Stbl.Stsd; {
	case stsd.AvcX != nil:
		codecs, err = videoCodecs(stsd.AvcX)
		stsd.AvcX.Children = withoutBitRate(stsd.AvcX.Children)
		stsd.AvcX.Btrt = nil
	case stsd.Av01 != nil:
		codecs, err = av1Codecs(stsd.Av01)
		stsd.Av01.Children = withoutBitRate(stsd.Av01.Children)
		stsd.Av01.Btrt = nil
	case stsd.Mp4a != nil:
		codecs, err = audioCodecs(stsd.Mp4a)
		stsd.Mp4a.Children = withoutBitRate(stsd.Mp4a.Children)
	default:
		err = fmt.Errorf("neither H.264, AV1 nor AAC")
	}
	if err != nil {
		return Init{}, err
	}
	var out bytes.Buffer
	if err := file.Init.Encode(&out); err != nil {
		return Init{}, err
	}
	return Init{Bytes: out.Bytes(), Codecs: codecs}, nil
}

func withoutBitRate(boxes []mp4.Box) []mp4.Box {
	return slices.DeleteFunc(boxes, func(b mp4.Box) bool { return b.Type() == "btrt" })
}

func videoCodecs(entry *mp4.VisualSampleEntryBox) (string, error) {
	if entry.AvcC == nil || len(entry.AvcC.SPSnalus) == 0 {
		return "", fmt.Errorf("no avcC")
	}
	sps, err := avc.ParseSPSNALUnit(entry.AvcC.SPSnalus[0], false)
	if err != nil {
		return "", err
	}
	return avc.CodecString("avc1", sps), nil
}

// av1Codecs are as section 5 of the binding of AV1 to ISOBMFF writes them: the colours only
// where they are not those of BT.709.
func av1Codecs(entry *mp4.VisualSampleEntryBox) (string, error) {
	if entry.Av1C == nil {
		return "", fmt.Errorf("no av1C")
	}
	sequence, err := entry.Av1C.SequenceHeader()
	if err != nil {
		return "", err
	}
	return av1.CodecString("av01", sequence), nil
}

func audioCodecs(entry *mp4.AudioSampleEntryBox) (string, error) {
	if entry.Esds == nil || entry.Esds.DecConfigDescriptor == nil || entry.Esds.DecConfigDescriptor.DecSpecificInfo == nil {
		return "", fmt.Errorf("no esds")
	}
	config, err := aac.DecodeAudioSpecificConfig(bytes.NewReader(entry.Esds.DecConfigDescriptor.DecSpecificInfo.DecConfig))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("mp4a.40.%d", config.ObjectType), nil
}
