package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/upload"
)

// Upload is a file on its way, as the app sees it.
type Upload struct {
	ID           string       `json:"id" format:"uuid"`
	VideoID      string       `json:"videoId" format:"uuid"`
	FileName     string       `json:"fileName"`
	Size         int64        `json:"size" doc:"Bytes."`
	LastModified int64        `json:"lastModified,omitempty" doc:"As told when it was opened, to find the same file again."`
	PartSize     int64        `json:"partSize" doc:"Bytes of every part but the last."`
	Status       string       `json:"status" enum:"open,complete,expired"`
	Direct       bool         `json:"direct" doc:"The parts go straight to the store of films: tell each one's digest to learn its address."`
	ExpiresAt    time.Time    `json:"expiresAt" doc:"A day after the last part; then it is given up."`
	Parts        []UploadPart `json:"parts" doc:"In order; send them in any, several at once."`
}

// UploadPart is a run of bytes of a file, to be sent by PUT to its address.
type UploadPart struct {
	Number   int    `json:"number" minimum:"1"`
	Offset   int64  `json:"offset"`
	Size     int64  `json:"size"`
	URL      string `json:"url,omitempty" doc:"Signed: needs no cookie, good for a day, or an hour where it is not this server's. Ask for fresh ones after that. Absent until the digest is told, where the parts go straight to the store."`
	Received bool   `json:"received"`
	Digest   string `json:"digest,omitempty" doc:"SHA-256, hex, of a part that was received, or as it was told."`
	// Headers belong to the request: whoever verifies the part reads them.
	Headers map[string]string `json:"headers,omitempty" doc:"To be sent along, as they are."`
}

type uploadAnswer struct{ Body Upload }

type uploadID struct {
	ID string `path:"id" format:"uuid"`
}

func (s *server) uploadRoutes() {
	tags := []string{"upload"}
	register(s, ForEditors, huma.Operation{
		OperationID: "createUpload", Method: http.MethodPost, Path: "/uploads", Tags: tags,
		Summary: "Open a resumable upload", DefaultStatus: http.StatusCreated, MaxBodyBytes: 8192,
		Description: "Everything that can be refused is refused here, before the first byte.",
		Errors:      []int{413, 415, 429, 507},
		Middlewares: huma.Middlewares{s.limitedTo(newUploads, callerUser)},
	}, s.createUpload)

	register(s, ForEditors.OfTheirOwn(), huma.Operation{
		OperationID: "listUploads", Method: http.MethodGet, Path: "/uploads", Tags: tags,
		Summary: "Your open uploads, newest first", Description: "To go on after a reload.",
	}, s.listUploads)

	register(s, ForEditors.OfTheirOwn(), huma.Operation{
		OperationID: "getUpload", Method: http.MethodGet, Path: "/uploads/{id}", Tags: tags,
		Summary: "One of your uploads, and which parts arrived", Errors: []int{404},
	}, func(ctx context.Context, in *uploadID) (*uploadAnswer, error) {
		p, err := s.Uploads.Progress(ctx, me(ctx).Principal(), in.ID)
		return &uploadAnswer{s.viewOfUpload(p)}, err
	})

	register(s, ForEditors.OfTheirOwn().Unrecorded("a part of an upload, whose beginning and end are"), huma.Operation{
		OperationID: "renewUploadParts", Method: http.MethodPost, Path: "/uploads/{id}/parts", Tags: tags,
		Summary: "Addresses for parts", MaxBodyBytes: 128 << 10, Errors: []int{404, 409},
		Description: "With the digest of each, told before it is sent, the part is verified where it arrives; where parts go straight to the store there are no addresses without.",
	}, s.renewParts)

	register(s, ForEditors.OfTheirOwn(), huma.Operation{
		OperationID: "completeUpload", Method: http.MethodPost, Path: "/uploads/{id}/complete", Tags: tags,
		Summary: "Make a video of an upload whose parts have all arrived", DefaultStatus: http.StatusAccepted, Errors: []int{404, 409},
	}, func(ctx context.Context, in *uploadID) (*videoAnswer, error) {
		video, err := s.Uploads.Complete(ctx, me(ctx).Principal(), in.ID)
		if err != nil {
			return nil, err
		}
		return s.video(ctx, video)
	})

	register(s, ForEditors.OfTheirOwn(), huma.Operation{
		OperationID: "cancelUpload", Method: http.MethodDelete, Path: "/uploads/{id}", Tags: tags,
		Summary: "Give an upload up, with all that arrived", DefaultStatus: http.StatusNoContent, Errors: []int{409},
	}, func(ctx context.Context, in *uploadID) (*struct{}, error) {
		return nil, s.Uploads.Cancel(ctx, me(ctx).Principal(), in.ID)
	})

	s.streamingRoutes()
}

func (s *server) createUpload(ctx context.Context, in *struct {
	Body struct {
		FileName     string `json:"fileName" minLength:"1" maxLength:"1024"`
		Size         int64  `json:"size" minimum:"0" doc:"Bytes."`
		Title        string `json:"title,omitempty" maxLength:"300" doc:"Guessed from the file's name when absent."`
		MovieID      string `json:"movieId,omitempty" format:"uuid" doc:"The film it is of; when absent it is found, or made, by title and year once the file is whole."`
		LastModified int64  `json:"lastModified,omitempty" doc:"Of the file, in milliseconds since 1970."`
		TellsDigests bool   `json:"tellsDigests,omitempty" doc:"The sender tells each part's SHA-256 before it sends the part, and sends it wherever its address says: then it may go straight to the store."`
	}
	Origin string `header:"Origin" hidden:"true"` // of a page; a browser says it itself
}) (*uploadAnswer, error) {
	p, err := s.Uploads.Create(ctx, me(ctx).Principal(), upload.File{
		Name: in.Body.FileName, Size: in.Body.Size, Title: in.Body.Title, LastModified: in.Body.LastModified,
		TellsDigests: in.Body.TellsDigests, Origin: in.Origin, Begun: s.joins(in.Body.MovieID, in.Body.FileName),
	})
	remark(ctx, "upload %s of %q, video %s", p.ID, in.Body.FileName, p.VideoID)
	return &uploadAnswer{s.viewOfUpload(p)}, err
}

type uploadList struct {
	Items []Upload `json:"items"`
}

func (s *server) listUploads(ctx context.Context, _ *struct{}) (*struct{ Body uploadList }, error) {
	open, err := s.Uploads.Resumable(ctx, me(ctx).Principal())
	out := &struct{ Body uploadList }{uploadList{Items: []Upload{}}}
	for _, p := range open {
		out.Body.Items = append(out.Body.Items, s.viewOfUpload(p))
	}
	return out, err
}

type partList struct {
	Parts []UploadPart `json:"parts"`
}

type toldPart struct {
	Number int    `json:"number" minimum:"1"`
	Digest string `json:"digest" pattern:"^[0-9a-f]{64}$" doc:"SHA-256, hex, of its bytes."`
}

func (s *server) renewParts(ctx context.Context, in *struct {
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Numbers []int      `json:"numbers,omitempty" maxItems:"10000" doc:"Of parts that are sent to this server."`
		Parts   []toldPart `json:"parts,omitempty" maxItems:"1000" doc:"And their digests."`
	}
}) (*struct{ Body partList }, error) {
	const op = "httpapi.parts"
	if (len(in.Body.Numbers) == 0) == (len(in.Body.Parts) == 0) {
		return nil, fault.New(fault.Invalid, op, "no_parts", "Name parts by numbers, or by number and digest.")
	}
	u, err := s.Uploads.Find(ctx, me(ctx).Principal(), in.ID)
	if err != nil {
		return nil, err
	}
	if u.Direct {
		return s.directParts(ctx, u, in.Body.Parts)
	}
	p, err := s.Uploads.Progress(ctx, me(ctx).Principal(), in.ID)
	if err != nil {
		return nil, err
	}
	all := s.viewOfUpload(p).Parts
	told := in.Body.Parts
	for _, number := range in.Body.Numbers {
		told = append(told, toldPart{Number: number})
	}
	out := &struct{ Body partList }{}
	for _, t := range told {
		if t.Number < 1 || t.Number > len(all) {
			return nil, fault.New(fault.NotFound, op, "no_such_part", "This upload has no such part.")
		}
		part := all[t.Number-1]
		if t.Digest != "" {
			part.Digest, part.Headers = t.Digest, map[string]string{digestHeader: t.Digest}
		}
		out.Body.Parts = append(out.Body.Parts, part)
	}
	return out, nil
}

// directParts answers with addresses of the store.
func (s *server) directParts(ctx context.Context, u upload.Upload, parts []toldPart) (*struct{ Body partList }, error) {
	if len(parts) == 0 {
		return nil, fault.New(fault.Invalid, "httpapi.parts", "no_digests", "The parts of this upload go straight to the store: tell their digests.")
	}
	told := make([]upload.Told, len(parts))
	for i, p := range parts {
		told[i] = upload.Told{Number: p.Number, Digest: p.Digest}
	}
	list, err := s.Uploads.Addresses(ctx, me(ctx).Principal(), u.ID, told)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body partList }{}
	for i, a := range list {
		headers := map[string]string{}
		for name := range a.Headers {
			headers[name] = a.Headers.Get(name)
		}
		out.Body.Parts = append(out.Body.Parts, UploadPart{
			Number: a.Number, Offset: a.Offset, Size: a.Size, URL: a.URL, Digest: told[i].Digest, Headers: headers,
		})
	}
	return out, nil
}

func (s *server) viewOfUpload(p upload.Progress) Upload {
	out := Upload{
		ID: p.ID, VideoID: p.VideoID, FileName: p.FileName, Size: p.Size, LastModified: p.LastModified,
		PartSize: p.PartSize, Status: string(p.Status), Direct: p.Direct, ExpiresAt: p.ExpiresAt, Parts: []UploadPart{},
	}
	expires := time.Now().Add(upload.URLLife)
	for _, part := range p.Parts() {
		view := UploadPart{Number: part.Number, Offset: part.Offset, Size: part.Size}
		if !p.Direct {
			view.URL = s.partURL(p.ID, part, expires)
		}
		out.Parts = append(out.Parts, view)
	}
	for _, r := range p.Received {
		out.Parts[r.Number-1].Received = true
		out.Parts[r.Number-1].Digest = r.Digest
	}
	return out
}

func (s *server) partURL(uploadID string, part blob.Part, expires time.Time) string {
	query := url.Values{
		"expires":   {strconv.FormatInt(expires.Unix(), 10)},
		"signature": {s.Uploads.SignPart(uploadID, part.Number, expires)},
	}
	return fmt.Sprintf("/api/uploads/%s/parts/%d?%s", uploadID, part.Number, query.Encode())
}
