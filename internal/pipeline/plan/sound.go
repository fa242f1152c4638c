package plan

// PacketSamples is how many samples one AAC packet holds.
const PacketSamples = 1024

// AudioSegment returns the packets of segment k of a sound rendition. Packet p holds the
// samples from p*PacketSamples on, counted from the moment frame 0 is shown; it belongs
// to the segment in whose time it starts, so every packet is in exactly one.
func (p Plan) AudioSegment(r Rendition, k int) (first, count int64) {
	first = p.soundBoundary(r, k)
	return first, p.soundBoundary(r, k+1) - first
}

// Surround tells whether a sound has more channels than two loudspeakers play.
func (r Rendition) Surround() bool { return r.Kind == Audio && r.Channels > 2 }
