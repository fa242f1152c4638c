package source

import (
	"fmt"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Why a film cannot be played as it is: the codes of the faults that Open and Rung return.
// Such a film is encoded instead; none of these is an error of the uploader's.
const (
	NoMoov              = "no_moov"              // not an MP4 or QuickTime file, or its index is missing
	MoovTooLarge        = "moov_too_large"       // its index is beyond what is read into memory
	DamagedTables       = "damaged_tables"       // its index contradicts itself or the file
	Fragmented          = "fragmented"           // its index is strewn over the file
	NoVideo             = "no_video"             // it has no picture track
	SeveralVideos       = "several_videos"       // it has more than one, and which is meant is not sure
	NotH264             = "not_h264"             // the picture is in another codec, or encrypted
	NALLength           = "nal_length"           // lengths of NAL units are not of 1, 2 or 4 bytes
	ParameterSets       = "parameter_sets"       // parameter sets are missing, or change on the way
	SeveralDescriptions = "several_descriptions" // parts of the picture need different decoders
	Profile             = "profile"              // not 4:2:0 of 8 bits, or a profile players lack
	Interlaced          = "interlaced"           // coded so that it may hold fields
	Anamorphic          = "anamorphic"           // its pixels are not square
	Rotated             = "rotated"              // it is shown turned or mirrored
	EditList            = "edit_list"            // an edit list hides a part, or shows it in another order
	NoIDR               = "no_idr"               // keyframes need frames before them
	LeadingPictures     = "leading_pictures"     // frames are shown on the wrong side of a keyframe
	SparseKeyframes     = "sparse_keyframes"     // a viewer would load too much at once
	VariableRate        = "variable_rate"        // frames do not come evenly
	BitRate             = "bit_rate"             // more than a usual connection carries
)

// SourceChanged is the code of the fault met when the file is not the one whose index was
// read. The film must then be played without its source rung.
const SourceChanged = "source_changed"

const op = "pipeline.source"

// sentences say each reason aloud, for logs and for whoever runs the server.
var sentences = map[string]string{
	NoMoov:              "The file has no MP4 index.",
	MoovTooLarge:        "The file's index is too large.",
	DamagedTables:       "The file's index is damaged.",
	Fragmented:          "The file is fragmented.",
	NoVideo:             "The file has no picture track.",
	SeveralVideos:       "The file has several picture tracks.",
	NotH264:             "The picture is not plain H.264.",
	NALLength:           "The picture's unit lengths are of an unknown size.",
	ParameterSets:       "The picture's parameter sets are missing or change on the way.",
	SeveralDescriptions: "The picture is made of parts that are coded differently.",
	Profile:             "The picture is not 8-bit 4:2:0 in a profile every player knows.",
	Interlaced:          "The picture may be interlaced.",
	Anamorphic:          "The picture's pixels are not square.",
	Rotated:             "The picture has to be turned to be shown.",
	EditList:            "An edit list hides or reorders a part of the film.",
	NoIDR:               "The film cannot be entered at its keyframes.",
	LeadingPictures:     "Frames around a keyframe are shown on the other side of it.",
	SparseKeyframes:     "Keyframes are too far apart.",
	VariableRate:        "The frame rate varies.",
	BitRate:             "The bit rate is too high.",
	SourceChanged:       "The uploaded file has changed since it was examined.",
}

// refuse makes the fault for a reason. The detail is for the log.
func refuse(code, detail string, args ...any) error {
	return &fault.Error{Kind: fault.Unsupported, Op: op, Code: code, Public: sentences[code], Cause: fmt.Errorf(detail, args...)}
}

// changed makes the fault for a file that is not what its index says.
func changed(detail string, args ...any) error {
	return &fault.Error{Kind: fault.Conflict, Op: op, Code: SourceChanged, Public: sentences[SourceChanged], Cause: fmt.Errorf(detail, args...)}
}
