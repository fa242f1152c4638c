package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/subtitle"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Subtitles keeps the subtitles of videos.
type Subtitles interface {
	Subtitles(ctx context.Context, videoID string) ([]plan.Subtitle, error)
	// AddSubtitle reads a file as it was uploaded; what is wrong with it is a fault.
	AddSubtitle(ctx context.Context, videoID string, said plan.Subtitle, file []byte) (plan.Subtitle, error)
	RemoveSubtitle(ctx context.Context, videoID, id string) error
}

// VideoSubtitle is one subtitle of a video, as whoever runs the library sees it.
type VideoSubtitle struct {
	ID       string `json:"id" example:"0-pt"`
	Language string `json:"language" doc:"BCP 47."`
	Label    string `json:"label"`
	Forced   bool   `json:"forced"`
	SDH      bool   `json:"sdh" doc:"For the deaf and hard of hearing."`
	Default  bool   `json:"default"`
	Added    bool   `json:"added" doc:"By a person; the others came with the film."`
}

func viewOfSubtitle(s plan.Subtitle) VideoSubtitle {
	return VideoSubtitle{ID: s.ID, Language: s.Language, Label: s.Label, Forced: s.Forced, SDH: s.SDH, Default: s.Default, Added: s.Added}
}

type subtitleList struct {
	Items []VideoSubtitle `json:"items"`
}

func (s *server) subtitleRoutes() {
	tags := []string{"videos"}
	register(s, ForEditors, huma.Operation{
		OperationID: "listSubtitles", Method: http.MethodGet, Path: "/videos/{id}/subtitles", Tags: tags,
		Summary: "The subtitles of a video", Errors: []int{404},
	}, func(ctx context.Context, in *videoID) (*struct{ Body subtitleList }, error) {
		list, err := s.Subtitles.Subtitles(ctx, in.ID)
		out := &struct{ Body subtitleList }{subtitleList{Items: []VideoSubtitle{}}}
		for _, one := range list {
			out.Body.Items = append(out.Body.Items, viewOfSubtitle(one))
		}
		return out, err
	})

	register(s, ForEditors, huma.Operation{
		OperationID: "removeSubtitle", Method: http.MethodDelete, Path: "/videos/{id}/subtitles/{subtitleId}", Tags: tags,
		Summary: "Take a subtitle away", DefaultStatus: http.StatusNoContent, Errors: []int{404},
	}, func(ctx context.Context, in *struct {
		ID         string `path:"id" format:"uuid"`
		SubtitleID string `path:"subtitleId" maxLength:"60" pattern:"^[0-9]+-[a-z0-9-]+$"`
	}) (*struct{}, error) {
		return nil, s.Subtitles.RemoveSubtitle(ctx, in.ID, in.SubtitleID)
	})

	text, flag := &huma.Schema{Type: huma.TypeString}, &huma.Schema{Type: huma.TypeBoolean}
	s.document(ForEditors, &huma.Operation{
		OperationID: "addSubtitle", Method: http.MethodPost, Path: "/videos/{id}/subtitles", Tags: tags,
		Summary:     "Give a video a subtitle, at any time",
		Description: "SubRip, WebVTT or ASS in any usual encoding, up to 5 MB and 20,000 subtitles. It is there for the next who opens the film.",
		Parameters:  []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString, Format: "uuid"}}},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
			Type: huma.TypeObject, Required: []string{"file", "language"},
			Properties: map[string]*huma.Schema{
				"language": text, "label": text, "forced": flag, "sdh": flag, "file": {Type: huma.TypeString, Format: "binary"},
			},
		}}}},
		Responses: map[string]*huma.Response{"201": {Description: "The subtitle.", Content: map[string]*huma.MediaType{
			"application/json": {Schema: &huma.Schema{Ref: "#/components/schemas/VideoSubtitle"}},
		}}},
	}, s.addSubtitle)
}

func (s *server) addSubtitle(w http.ResponseWriter, r *http.Request) {
	said, file, err := s.readSubtitle(w, r)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	added, err := s.Subtitles.AddSubtitle(r.Context(), r.PathValue("id"), said, file)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	remark(r.Context(), "subtitle %s", added.ID)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(viewOfSubtitle(added))
}

// readSubtitle reads the form; its fields may come in any order.
func (s *server) readSubtitle(w http.ResponseWriter, r *http.Request) (said plan.Subtitle, file []byte, err error) {
	const op = "httpapi.subtitle"
	if uuid.Validate(r.PathValue("id")) != nil { // what huma checks of a JSON operation
		return said, nil, fault.New(fault.NotFound, op, "", "")
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{s.patient(w, r), r.Body}
	form, err := r.MultipartReader()
	if err != nil {
		return said, nil, fault.New(fault.Unsupported, op, "not_a_form", "Send the file as multipart/form-data.")
	}
	for range maxFields {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return said, nil, badForm(op, err)
		}
		if part.FormName() == "file" {
			// One byte more than is read: whoever reads it says that it is too large.
			if file, err = io.ReadAll(io.LimitReader(part, subtitle.MaxBytes+1)); err != nil {
				return said, nil, badForm(op, err)
			}
			continue
		}
		text, err := field(op, part)
		if err != nil {
			return said, nil, err
		}
		switch part.FormName() {
		case "language":
			said.Language = text
		case "label":
			said.Label = text
		case "forced":
			said.Forced, err = strconv.ParseBool(text)
		case "sdh":
			said.SDH, err = strconv.ParseBool(text)
		}
		if err != nil {
			return said, nil, fault.New(fault.Invalid, op, "bad_field", "The field "+strconv.Quote(part.FormName())+" is true or false.")
		}
	}
	if file == nil {
		return said, nil, fault.New(fault.Invalid, op, "no_file", "The form has no file.")
	}
	return said, file, nil
}
