package httpapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/upload"
)

// The routes here take bytes as they come and hold none of them; huma, which reads a
// body before its handler runs, only documents them.

const (
	// patience is how long a sender may send nothing before its connection is given up.
	patience = 30 * time.Second
	// unread is how much of a refused part is read on, so that its sender comes to read
	// why: one that is cut off would try again for ever.
	unread = 64 << 20
	// formOverhead is more than everything of a form beside its file.
	formOverhead = 8 << 10
	maxFields    = 8
	// digestHeader carries the SHA-256 a part must have, in hex.
	digestHeader = "X-Part-SHA256"
)

func (s *server) streamingRoutes() {
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	s.document(Signed.Unrecorded("a part of an upload, whose beginning and end are"), &huma.Operation{
		OperationID: "sendUploadPart", Method: http.MethodPut, Path: "/uploads/{id}/parts/{number}", Tags: []string{"upload"},
		Summary: "Send one part of an upload", Description: "To the address given with the part, which carries its own proof.",
		Parameters: []*huma.Param{
			{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString, Format: "uuid"}},
			{Name: "number", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeInteger}},
			{Name: "expires", In: "query", Required: true, Schema: &huma.Schema{Type: huma.TypeInteger}},
			{Name: "signature", In: "query", Required: true, Schema: &huma.Schema{Type: huma.TypeString}},
			{Name: digestHeader, In: "header", Schema: &huma.Schema{Type: huma.TypeString},
				Description: "Hex; when given, a part that was damaged on its way is refused."},
		},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: binary}}},
		Responses:   map[string]*huma.Response{"204": {Description: "Received; ETag is the quoted SHA-256."}},
	}, s.receivePart)

	s.document(ForEditors, &huma.Operation{
		OperationID: "uploadVideo", Method: http.MethodPost, Path: "/videos/upload", Tags: []string{"upload"},
		Summary: "Upload a film in one request", Description: "The title, if any, comes before the file. Prefer POST /uploads over a network that may fail.",
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
			Type: huma.TypeObject, Required: []string{"file"},
			Properties: map[string]*huma.Schema{"title": {Type: huma.TypeString}, "movieId": {Type: huma.TypeString}, "file": binary},
		}}}},
		Responses: map[string]*huma.Response{"202": {Description: "The video, being processed.", Content: map[string]*huma.MediaType{
			"application/json": {Schema: &huma.Schema{Ref: "#/components/schemas/Video"}},
		}}},
	}, s.uploadVideo)
}

// document registers a plain handler under its rule and adds it to the document.
func (s *server) document(rule Rule, op *huma.Operation, h http.HandlerFunc) {
	op.Metadata = map[string]any{ruleKey: rule}
	op.Extensions = extensionsOf(rule)
	if _, session := rule.role(); session {
		op.Security = []map[string][]string{{"session": {}}}
	}
	op.Responses["default"] = &huma.Response{Description: "Problem", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}},
	}}
	s.huma.OpenAPI().AddOperation(op)
	s.handleAs(rule, op.OperationID, op.Method+" /api"+op.Path, h)
}

func (s *server) receivePart(w http.ResponseWriter, r *http.Request) {
	number, err := s.checkPart(r)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	body := s.patient(w, r)
	digest, err := s.Uploads.ReceivePart(r.Context(), upload.Delivery{
		UploadID: r.PathValue("id"), Number: number, Size: r.ContentLength,
		Digest: r.Header.Get(digestHeader), Body: body,
	})
	if err != nil {
		_, _ = io.CopyN(io.Discard, body, unread)
		s.writeProblem(w, r, err)
		return
	}
	w.Header().Set("ETag", strconv.Quote(digest))
	w.WriteHeader(http.StatusNoContent)
}

// checkPart verifies the proof in a part's address.
func (s *server) checkPart(r *http.Request) (number int, err error) {
	query := r.URL.Query()
	number, numberErr := strconv.Atoi(r.PathValue("number"))
	expires, expiresErr := strconv.ParseInt(query.Get("expires"), 10, 64)
	if numberErr != nil || expiresErr != nil {
		number, expires = 0, 0 // which nothing was ever signed for
	}
	return number, s.Uploads.VerifyPart(r.PathValue("id"), number, time.Unix(expires, 0), query.Get("signature"))
}

// uploadVideo streams the file of a form into the store.
func (s *server) uploadVideo(w http.ResponseWriter, r *http.Request) {
	_, err := s.spend(r.Context(), callerUser(r.Context()), newUploads)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	video, err := s.streamForm(w, r)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	remark(r.Context(), "video %s", video)
	v, err := s.Catalog.Video(r.Context(), video)
	if err != nil {
		s.writeProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(ViewOfVideo(v))
}

func (s *server) streamForm(w http.ResponseWriter, r *http.Request) (videoID string, err error) {
	const op = "httpapi.upload"
	r.Body = struct {
		io.Reader
		io.Closer
	}{s.patient(w, r), r.Body}
	form, err := r.MultipartReader()
	if err != nil {
		return "", fault.New(fault.Unsupported, op, "not_a_form", "Send the file as multipart/form-data.")
	}
	file := upload.File{Size: max(-1, r.ContentLength-formOverhead)}
	filmID := ""
	for range maxFields {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", badForm(op, err)
		}
		switch part.FormName() {
		case "title":
			if file.Title, err = field(op, part); err != nil {
				return "", err
			}
		case "movieId":
			if filmID, err = field(op, part); err != nil {
				return "", err
			}
			if filmID != "" && uuid.Validate(filmID) != nil {
				return "", fault.New(fault.Invalid, op, "no_such_movie", "There is no film with this movieId.")
			}
		case "file":
			file.Name = part.FileName()
			file.Begun = s.joins(filmID, file.Name)
			return s.Uploads.Stream(r.Context(), me(r.Context()).Principal(), file, formFile{part})
		}
	}
	return "", fault.New(fault.Invalid, op, "no_file", "The form has no file. It comes last, as \"file\".")
}

// joins makes the video of an upload one of a film's from its beginning; nil when no film is
// named: then it is found, or made, once the file is whole.
func (s *server) joins(filmID, fileName string) func(context.Context, string) error {
	if filmID == "" {
		return nil
	}
	return func(ctx context.Context, videoID string) error {
		return s.Films.Join(ctx, videoID, filmID, s.Films.Guess(fileName))
	}
}

// field reads a short text of a form.
func field(op string, part *multipart.Part) (string, error) {
	const most = 2 << 10
	text, err := io.ReadAll(io.LimitReader(part, most+1))
	if err != nil {
		return "", badForm(op, err)
	}
	if len(text) > most {
		return "", fault.New(fault.Invalid, op, "field_too_long", "The field "+strconv.Quote(part.FormName())+" is too long.")
	}
	return string(text), nil
}

// formFile is the file of a form, which may end before its boundary: that is the form's fault.
type formFile struct{ io.Reader }

func (f formFile) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = badForm("httpapi.upload", err)
	}
	return n, err
}

// badForm keeps what is known of a broken connection; anything else is the form's fault.
func badForm(op string, err error) error {
	if fault.Is(err, fault.Cancelled) {
		return fault.Wrap(op, err)
	}
	return &fault.Error{Kind: fault.Invalid, Op: op, Code: "bad_form", Public: "The form cannot be read.", Cause: err}
}

// patient returns the body of a request that may take very long, as long as something
// arrives now and then. Its errors say that the connection broke, which is nobody's fault.
func (s *server) patient(w http.ResponseWriter, r *http.Request) io.Reader {
	return &patientBody{r.Body, http.NewResponseController(w), cmp.Or(s.patience, patience)}
}

type patientBody struct {
	body       io.Reader
	connection *http.ResponseController
	patience   time.Duration
}

func (b *patientBody) Read(p []byte) (int, error) {
	if err := b.connection.SetReadDeadline(time.Now().Add(b.patience)); err != nil {
		return 0, fault.Wrap("httpapi.body", err)
	}
	n, err := b.body.Read(p)
	if errors.Is(err, io.EOF) {
		// The connection may be silent now, for as long as storing takes.
		_ = b.connection.SetReadDeadline(time.Time{})
		return n, io.EOF
	}
	if err != nil {
		err = &fault.Error{Kind: fault.Cancelled, Op: "httpapi.body", Code: "interrupted",
			Public: "The connection broke before everything had arrived.", Cause: err}
	}
	return n, err
}
