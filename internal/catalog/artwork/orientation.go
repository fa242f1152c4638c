package artwork

import (
	"bytes"
	"image"

	"github.com/bep/imagemeta"
)

// upright are, for each way EXIF says a picture may lie, the filters that set it up. Cameras
// keep what their sensor sees and note how they were held; viewers of what we make are told
// nothing, since no metadata is kept.
var upright = [...]string{
	1: "", 2: "hflip,", 3: "hflip,vflip,", 4: "vflip,",
	5: "transpose=cclock_flip,", 6: "transpose=clock,", 7: "transpose=clock_flip,", 8: "transpose=cclock,",
}

// asItIs is how most pictures lie, and all that say nothing of it; from firstOnItsSide on they
// lie on one side.
const (
	asItIs         = 1
	firstOnItsSide = 5
)

// containers are those of pictures, by the names of artwork.
var containers = map[string]imagemeta.ImageFormat{"jpeg": imagemeta.JPEG, "png": imagemeta.PNG, "webp": imagemeta.WebP}

// orientation returns how a picture lies. What cannot be read of it says nothing: pictures are
// shown by many programs that never look.
func orientation(format string, file []byte) int {
	lies := asItIs
	_, _ = imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(file), ImageFormat: containers[format], Sources: imagemeta.EXIF,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool { return tag.Tag == "Orientation" && tag.Namespace == "IFD0" },
		HandleTag: func(tag imagemeta.TagInfo) error {
			if n, ok := tag.Value.(uint16); ok && int(n) >= asItIs && int(n) < len(upright) {
				lies = int(n)
			}
			return imagemeta.ErrStopWalking
		},
	})
	return lies
}

// sizeUpright is the size of a picture once it is set up.
func sizeUpright(size image.Point, lies int) image.Point {
	if lies >= firstOnItsSide {
		return image.Pt(size.Y, size.X)
	}
	return size
}
