package ffmpeg

import (
	"bytes"
	"fmt"
	"testing"
)

func TestOfALongAnswerTheLastLinesAreKept(t *testing.T) {
	var all bytes.Buffer
	b := &lastLines{least: 1000}
	for i := range 1000 {
		line := fmt.Sprintf("line %d\n", i)
		all.WriteString(line)
		if half := len(line) / 2; i < 500 { // ffprobe writes blocks, not lines
			fmt.Fprint(b, line[:half])
			fmt.Fprint(b, line[half:])
		} else {
			fmt.Fprint(b, line)
		}
		kept := b.Bytes()
		if !bytes.HasSuffix(all.Bytes(), kept) || !bytes.HasPrefix(kept, []byte("line ")) || len(kept) > 2000 || len(kept) < min(all.Len(), 900) {
			t.Fatalf("after %d lines, %d bytes are kept: %.20q…", i+1, len(kept), kept)
		}
	}
}
