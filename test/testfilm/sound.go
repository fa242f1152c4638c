package testfilm

// channels are eight sounds that differ, none of which repeats itself.
const channels = "0.3*sin(2*PI*(200+40*t)*t)|0.3*sin(2*PI*(500-9*t)*t)|0.2*sin(2*PI*1760*t)|0.2*sin(2*PI*(40+t)*t)|" +
	"0.2*sin(2*PI*(700+11*t)*t)|0.2*sin(2*PI*(900-7*t)*t)|0.1*sin(2*PI*(1100+5*t)*t)|0.1*sin(2*PI*(1300-3*t)*t)"

// Tracks is a film with three tracks: the original in 7.1, a dubbing in 5.1, and a
// commentary in mono. Nothing of it is lost in coding.
var Tracks = Film{Name: "tracks.mkv", From: &Cinema, Args: []string{
	"-i", "FROM", "-f", "lavfi", "-i", "aevalsrc=" + channels + ":c=7.1:s=48000:d=14",
	"-filter_complex", "[1:a]asplit=3[a][b][c];[b]pan=5.1|FL=FR|FR=FL|FC=FC|LFE=LFE|BL=SL|BR=SR[dub];[c]pan=mono|c0=c2[talk]",
	"-map", "0:v", "-map", "[a]", "-map", "[dub]", "-map", "[talk]", "-c:v", "copy", "-c:a", "flac",
	"-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=por", "-metadata:s:a:2", "language=eng", "-metadata:s:a:2", "title=Talk",
	"-disposition:a:0", "default+original", "-disposition:a:1", "dub", "-disposition:a:2", "comment"}}

// Loudest has 5.1 with all channels as loud as they can be, in step.
var Loudest = Film{Name: "loudest.mkv", From: &Cinema, Args: []string{
	"-i", "FROM", "-f", "lavfi", "-i", "aevalsrc=sin(2*PI*997*t)|sin(2*PI*997*t)|sin(2*PI*997*t)|0|sin(2*PI*997*t)|sin(2*PI*997*t):c=5.1:s=48000:d=14",
	"-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "flac"}}

// Even has sound of a known loudness: a sine of 997 Hz in both channels, that peaks at
// -20 dBFS, is -20 LUFS loud (EBU Tech 3341, case 1), and as much again in a track
// 9 dB quieter. The third is silent.
var Even = Film{Name: "even.mp4", From: &Cinema, Args: []string{
	"-i", "FROM", "-f", "lavfi", "-i", "aevalsrc=0.1*sin(2*PI*997*t)|0.1*sin(2*PI*997*t):s=48000:d=14",
	"-filter_complex", "[1:a]asplit=3[a][b][c];[b]volume=-9dB[quiet];[c]volume=0[nothing]",
	"-map", "0:v", "-map", "[a]", "-map", "[quiet]", "-map", "[nothing]", "-c:v", "copy", "-c:a", "aac", "-b:a", "256k"}}
