package plan

import (
	"fmt"
	"math"
	"strconv"
)

// Sound is encoded as AAC-LC; pictures as H.264 of the High profile, whose level says what
// a player must be able to do (RFC 6381).
const (
	aacCodecs  = "mp4a.40.2"
	highCodecs = "avc1.6400%02X"
)

// level is a row of ITU-T H.264 table A-1, with the rates of the High profile: 1.25 times
// those of the table.
type level struct {
	idc           int
	blocksASecond int64
	blocks        int64 // of a picture
	kept          int64 // blocks of all the pictures a decoder keeps
	rate, buffer  int64 // bits a second, bits
}

var levels = []level{
	{10, 1_485, 99, 396, 80_000, 218_750},
	{11, 3_000, 396, 900, 240_000, 625_000},
	{12, 6_000, 396, 2_376, 480_000, 1_250_000},
	{13, 11_880, 396, 2_376, 960_000, 2_500_000},
	{20, 11_880, 396, 2_376, 2_500_000, 2_500_000},
	{21, 19_800, 792, 4_752, 5_000_000, 5_000_000},
	{22, 20_250, 1_620, 8_100, 5_000_000, 5_000_000},
	{30, 40_500, 1_620, 8_100, 12_500_000, 12_500_000},
	{31, 108_000, 3_600, 18_000, 17_500_000, 17_500_000},
	{32, 216_000, 5_120, 20_480, 25_000_000, 25_000_000},
	{40, 245_760, 8_192, 32_768, 25_000_000, 31_250_000},
	{41, 245_760, 8_192, 32_768, 62_500_000, 78_125_000},
	{42, 522_240, 8_704, 34_816, 62_500_000, 78_125_000},
	{50, 589_824, 22_080, 110_400, 168_750_000, 168_750_000},
	{51, 983_040, 36_864, 184_320, 300_000_000, 300_000_000},
	{52, 2_073_600, 36_864, 184_320, 300_000_000, 300_000_000},
	{60, 4_177_920, 139_264, 696_320, 300_000_000, 300_000_000},
	{61, 8_355_840, 139_264, 696_320, 600_000_000, 600_000_000},
	{62, 16_711_680, 139_264, 696_320, 1_000_000_000, 1_000_000_000},
}

// keptPictures is what the encoder's B-pyramid makes a decoder keep.
const keptPictures = 4

// codecs names what a rendition is encoded with: the lowest level that allows its size, its
// frame rate and its cap. Known before anything is encoded, it lets a player be told of a
// rendition before its first frame is there.
func (g Grid) codecs(r Rendition) string {
	if r.Kind == Audio {
		return aacCodecs
	}
	wide, high := int64(r.Width+15)/16, int64(r.Height+15)/16
	blocks := wide * high
	aSecond := int64(math.Ceil(float64(blocks) * float64(g.Timescale) / float64(g.FrameTicks)))
	for _, l := range levels {
		longest := 8 * l.blocks // the square of a side's
		if aSecond <= l.blocksASecond && blocks <= l.blocks && keptPictures*blocks <= l.kept &&
			r.MaxRate <= min(l.rate, l.buffer) && wide*wide <= longest && high*high <= longest {
			return fmt.Sprintf(highCodecs, l.idc)
		}
	}
	return fmt.Sprintf(highCodecs, levels[len(levels)-1].idc)
}

// Level is the H.264 level an encoded picture declares, times ten; 0 of anything else, and
// of plans that leave it to the encoder.
func (r Rendition) Level() int {
	if r.Kind != Video || r.Copy || len(r.Codecs) != len("avc1.640028") {
		return 0
	}
	idc, err := strconv.ParseInt(r.Codecs[len(r.Codecs)-2:], 16, 32)
	if err != nil {
		return 0
	}
	return int(idc)
}
