package plan

import "fmt"

// Late tells what is made after all else: a film is ready, and played, without it.
func (r Rendition) Late() bool { return r.Codec != "" }

// lateRenditions are the rungs this picture can fill, in a codec that takes longer to make.
// One of them is as large as a source that is played as it is: that has no rung of its own
// size otherwise. No playlist names them before they are whole, so what a decoder must be
// able to do is left to the encoder to say.
func lateRenditions(p Picture, ladder Ladder, codec Codec) []Rendition {
	renditions := videoRenditions(p, ladder, nil)
	if renditions[0].Width < leastSide || renditions[0].Height < leastSide {
		return nil
	}
	for i := range renditions {
		r := &renditions[i]
		r.ID, r.Codec = fmt.Sprintf("%s-%s", r.ID, codec), codec
		r.MaxRate = r.MaxRate * av1Share / 100
		r.Bandwidth = r.MaxRate * 3 / 2
	}
	return renditions
}

// av1Share is the cap of a picture in AV1, in per cent of the cap of H.264. For the same
// quality it takes about two thirds of the bits; the cap is higher, since one that is often met
// costs quality (docs/decisions/0010-av1.md).
const av1Share = 80

// leastSide is that of the smallest picture the encoder takes.
const leastSide = 64

// late are the renditions that are made late, all from one decode.
func (p Plan) late() (ids []string) {
	for _, r := range p.Renditions {
		if r.Late() {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// byCodec parts pictures by what they are encoded with, in their order. Players step between
// those of one codec.
func byCodec(video []Rendition) (parts [][]Rendition) {
	for i, v := range video {
		if i == 0 || v.Codec != video[i-1].Codec {
			parts = append(parts, nil)
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], v)
	}
	return parts
}
