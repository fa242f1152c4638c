package plan

// Loudness is how loud a sound is, as measured by EBU R 128.
type Loudness struct {
	LUFS     float64 `json:"lufs"`     // integrated
	TruePeak float64 `json:"truePeak"` // dBTP, of the loudest channel
}

// docs/decisions/0008-one-gain-for-each-sound.md says why these.
const (
	targetLUFS  = -16.0
	highestPeak = -1.0 // dBTP
	mostGain    = 12.0 // dB: what lies far below was not meant to be heard
)

// Inaudible is the gate of R 128, in LUFS: what is quieter is silence.
const Inaudible = -70.0

// Gain is by how many decibels a player turns a sound up, or down, so that all are as loud
// as each other, and none is distorted.
func (l Loudness) Gain() float64 {
	if l.LUFS <= Inaudible {
		return 0
	}
	return min(targetLUFS-l.LUFS, highestPeak-l.TruePeak, mostGain)
}
