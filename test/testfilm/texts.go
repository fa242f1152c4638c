package testfilm

import (
	"encoding/base64"
	"slices"
)

// text is a file of words as ffmpeg's argument.
func text(words string) string {
	return "data:text/plain;base64," + base64.StdEncoding.EncodeToString([]byte(words))
}

// Words of 14 s in the languages of the films below, and what such a film tells of itself.
const (
	wordsPt = `1
00:00:01,000 --> 00:00:04,000
Olá, <i>mundo</i>

2
00:00:05,500 --> 00:00:08,250
{\an8}No alto
em <font color="#ffff00">amarelo</font>

3
00:00:10,000 --> 00:00:12,000
Até logo
`
	wordsEn = `[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,2,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:04.00,Default,,0,0,0,,[MUSIC] Hello, {\i1}world{\i0}
Dialogue: 0,0:00:10.00,0:00:12.00,Default,,0,0,0,,{\an8}Goodbye
`
	wordsForced = `1
00:00:06,000 --> 00:00:07,000
SAÍDA
`
	chapters = `;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=5000
title=A chegada
[CHAPTER]
TIMEBASE=1/1000
START=5000
END=14000
title=O fim
`
)

func worded(more ...string) []string {
	return slices.Concat([]string{
		"-i", "FROM", "-f", "srt", "-i", text(wordsPt), "-f", "ass", "-i", text(wordsEn), "-f", "srt", "-i", text(wordsForced),
		"-f", "ffmetadata", "-i", text(chapters), "-map", "0:v", "-map", "0:a", "-map", "1", "-map", "2", "-map", "3", "-map_chapters", "4",
		"-c:v", "copy", "-c:a", "copy", "-metadata:s:a:0", "language=por",
		"-metadata:s:s:0", "language=por", "-metadata:s:s:1", "language=eng", "-metadata:s:s:1", "title=English with sounds", "-metadata:s:s:2", "language=por",
		"-disposition:s:0", "default", "-disposition:s:1", "hearing_impaired", "-disposition:s:2", "forced",
	}, more)
}

// Films with three subtitles and two chapters.
var (
	Worded    = Film{Name: "worded.mkv", From: &Cinema, Args: worded("-c:s", "copy")}
	WordedMP4 = Film{Name: "worded.mp4", From: &Cinema, Args: worded("-c:s", "mov_text", "-movflags", "+faststart")}
	// WordedLate shows its first picture two seconds in, on its own clock.
	WordedLate = Film{Name: "worded-late.mkv", From: &Worded, Args: []string{"-itsoffset", "2", "-i", "FROM", "-map", "0", "-c", "copy", "-copyts"}}
)
