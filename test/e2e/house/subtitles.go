package house

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
)

// Subtitles lists a video's subtitles.
func (c *Client) Subtitles(ctx context.Context, videoID string) ([]Subtitle, error) {
	var list struct{ Items []Subtitle }
	err := c.Call(ctx, http.MethodGet, "/api/videos/"+videoID+"/subtitles", nil, &list)
	return list.Items, err
}

// AddSubtitle sends a file of subtitles with the fields of its form.
func (c *Client) AddSubtitle(ctx context.Context, videoID string, fields map[string]string, name string, file []byte) (s Subtitle, err error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field, value := range fields {
		if err := form.WriteField(field, value); err != nil {
			return s, err
		}
	}
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(file)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		return s, err
	}
	r, err := c.Do(ctx, http.MethodPost, "/api/videos/"+videoID+"/subtitles", &body, http.Header{"Content-Type": {form.FormDataContentType()}})
	if err != nil {
		return s, err
	}
	defer r.Body.Close()
	if err := refusal(r); err != nil {
		return s, err
	}
	if r.StatusCode != http.StatusCreated {
		return s, fmt.Errorf("a subtitle was answered %s, not 201", r.Status)
	}
	return s, json.NewDecoder(r.Body).Decode(&s)
}

// RemoveSubtitle takes one away.
func (c *Client) RemoveSubtitle(ctx context.Context, videoID, id string) error {
	return c.Call(ctx, http.MethodDelete, "/api/videos/"+videoID+"/subtitles/"+id, nil, nil)
}

// Worded says that the film's own subtitles have been read: there are as many.
func (c *Client) Worded(ctx context.Context, subtitles int) func(Video) bool {
	return func(v Video) bool {
		list, err := c.Subtitles(ctx, v.ID)
		return err == nil && len(list) == subtitles
	}
}
