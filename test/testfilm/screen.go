package testfilm

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// Screen is as long a recording of a screen as has more packets after its only keyframe than
// anybody should want to be told of: 100 minutes, small and copied over and over. Its index
// is made to forget every keyframe but the first.
var Screen = Film{Name: "screen.mp4", From: &screenOften, Args: []string{"one keyframe"}, Edit: oneKeyframe}

// ScreenSeconds is how long it lasts, but for what sound and picture differ by each minute.
const ScreenSeconds = 6000

var (
	screenMinute = Film{Name: "screen-minute.mp4", Args: []string{
		"-f", "lavfi", "-i", "testsrc=s=64x36:r=25:d=60", "-f", "lavfi", "-i", "sine=f=440:r=48000:d=60",
		"-c:v", "libx264", "-preset", "ultrafast", "-crf", "40", "-g", "100000", "-bf", "0", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "16k"}}
	screenOften = Film{Name: "screen-often.mp4", From: &screenMinute, Args: []string{"-stream_loop", "99", "-i", "FROM", "-c", "copy"}}
)

func oneKeyframe(film []byte) ([]byte, error) {
	at := bytes.LastIndex(film, []byte("stss"))
	if at < 0 || binary.BigEndian.Uint32(film[at+8:]) != 100 {
		return nil, errors.New("no table of a hundred keyframes")
	}
	binary.BigEndian.PutUint32(film[at+8:], 1)
	return film, nil
}
