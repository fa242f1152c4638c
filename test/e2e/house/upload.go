package house

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strconv"
)

// Upload is a resumable upload.
type Upload struct {
	ID, VideoID, FileName, Status string
	Size, PartSize                int64
	Parts                         []Part
}

// Part is one of its parts.
type Part struct {
	Number       int
	Offset, Size int64
	URL          string
	Received     bool
	Digest       string
}

// Post uploads a file in one request, as a form does. The title may be "".
func (c *Client) Post(ctx context.Context, title, name string, file io.Reader) (v Video, err error) {
	body, writer := io.Pipe()
	form := multipart.NewWriter(writer)
	go func() { writer.CloseWithError(fill(form, title, name, file)) }()
	r, err := c.Do(ctx, http.MethodPost, "/api/videos/upload", body, http.Header{"Content-Type": {form.FormDataContentType()}})
	body.Close() // an answer before the end of the file ends the sending
	if err != nil {
		return v, err
	}
	defer r.Body.Close()
	if err := refusal(r); err != nil {
		return v, err
	}
	if r.StatusCode != http.StatusAccepted {
		return v, fmt.Errorf("an upload was answered %s, not 202", r.Status)
	}
	return v, json.NewDecoder(r.Body).Decode(&v)
}

func fill(form *multipart.Writer, title, name string, file io.Reader) error {
	if title != "" {
		if err := form.WriteField("title", title); err != nil {
			return err
		}
	}
	part, err := form.CreateFormFile("file", filepath.Base(name))
	if err == nil {
		_, err = io.Copy(part, file)
	}
	if err == nil {
		err = form.Close()
	}
	return err
}

// Open begins a resumable upload.
func (c *Client) Open(ctx context.Context, name string, size int64) (u Upload, err error) {
	return u, c.Call(ctx, http.MethodPost, "/api/uploads", map[string]any{"fileName": filepath.Base(name), "size": size}, &u)
}

// Upload looks a resumable upload up: which parts have arrived.
func (c *Client) Upload(ctx context.Context, id string) (u Upload, err error) {
	return u, c.Call(ctx, http.MethodGet, "/api/uploads/"+id, nil, &u)
}

// SendPart delivers one part with its digest, and checks the digest that is answered.
func (c *Client) SendPart(ctx context.Context, p Part, file io.ReaderAt) error {
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(file, p.Offset, p.Size)); err != nil {
		return err
	}
	digest := hex.EncodeToString(hash.Sum(nil))
	answered, err := c.PutPart(ctx, p, io.NewSectionReader(file, p.Offset, p.Size), digest)
	if err == nil && answered != strconv.Quote(digest) {
		err = fmt.Errorf("part %d was answered with ETag %s, its SHA-256 is %s", p.Number, answered, digest)
	}
	return err
}

// PutPart delivers whatever bytes as a part, announced with its right size and any digest.
func (c *Client) PutPart(ctx context.Context, p Part, body io.Reader, digest string) (etag string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, c.house.URL(p.URL), body)
	if err != nil {
		return "", err
	}
	r.ContentLength = p.Size
	if digest != "" {
		r.Header.Set("X-Part-SHA256", digest)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if err := refusal(answer); err != nil {
		return "", err
	}
	if answer.StatusCode != http.StatusNoContent {
		return "", fmt.Errorf("a part was answered %s, not 204", answer.Status)
	}
	return answer.Header.Get("ETag"), nil
}

// Resume sends every part that has not arrived yet and completes the upload.
func (c *Client) Resume(ctx context.Context, id string, file io.ReaderAt) (v Video, err error) {
	u, err := c.Upload(ctx, id)
	if err != nil {
		return v, err
	}
	for _, p := range u.Parts {
		if p.Received {
			continue
		}
		if err := c.SendPart(ctx, p, file); err != nil {
			return v, fmt.Errorf("part %d: %w", p.Number, err)
		}
	}
	return c.Complete(ctx, id)
}

// Complete says that all parts are there.
func (c *Client) Complete(ctx context.Context, id string) (v Video, err error) {
	return v, c.Call(ctx, http.MethodPost, "/api/uploads/"+id+"/complete", nil, &v)
}
