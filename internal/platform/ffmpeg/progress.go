package ffmpeg

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"time"
)

// Progress is how far a run has come.
type Progress struct {
	Frames int64         // of the first video output
	Time   time.Duration // of output made
	Bytes  int64         // written to the first output
	Speed  float64       // media seconds per second; 0 when not known yet
	End    bool          // the last report of a run
}

// readProgress reads ffmpeg's key=value blocks, each closed by a progress= line.
func readProgress(r io.Reader, report func(Progress)) {
	var p Progress
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), "=")
		value = strings.TrimSpace(value)
		switch key { // a value of N/A leaves what was known before
		case "frame":
			if n, err := strconv.ParseInt(value, 10, 64); err == nil {
				p.Frames = n
			}
		case "out_time_us":
			if n, err := strconv.ParseInt(value, 10, 64); err == nil {
				p.Time = time.Duration(n) * time.Microsecond
			}
		case "total_size":
			if n, err := strconv.ParseInt(value, 10, 64); err == nil {
				p.Bytes = n
			}
		case "speed":
			if x, err := strconv.ParseFloat(strings.TrimSuffix(value, "x"), 64); err == nil {
				p.Speed = x
			}
		case "progress":
			p.End = value == "end"
			report(p)
		}
	}
	io.Copy(io.Discard, r) // a line too long must not block the encoder
}
