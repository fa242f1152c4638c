package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/upload"
)

const (
	importParts = 4 // of one film on their way at once
	// importTries is how often a part is sent that fails, the last time about a minute after
	// the first.
	importTries = 8
	firstPause  = 250 * time.Millisecond
	mostPause   = 16 * time.Second
)

// importDirect sends a film's parts from this process straight to the bucket, as a page does:
// no server is asked, none need run. An import that was interrupted goes on where it was when
// it is run again within a day.
func (h *house) importDirect(ctx context.Context, file *os.File, info fs.FileInfo, said upload.File, bar io.Writer) (videoID string, err error) {
	p, err := h.importedBefore(ctx, info)
	if err != nil {
		return "", err
	}
	if p.ID == "" {
		said.LastModified, said.TellsDigests = info.ModTime().UnixMilli(), true
		p, err = h.uploads.Create(ctx, operator, said)
		if err != nil {
			return "", err
		}
	}
	there := map[int]bool{}
	for _, r := range p.Received {
		there[r.Number] = true
		fill(bar, r.Size)
	}
	if len(there) > 0 {
		fmt.Printf("going on  %s: %d of %d parts are there already\n", file.Name(), len(there), len(p.Parts()))
	}
	on, sending := errgroup.WithContext(ctx)
	on.SetLimit(importParts)
	for _, part := range p.Parts() {
		if there[part.Number] {
			continue
		}
		on.Go(func() error {
			if err := h.importPart(sending, p.Upload, file, part); err != nil {
				return err
			}
			fill(bar, part.Size)
			return nil
		})
	}
	if err := on.Wait(); err != nil {
		return "", err
	}
	err = insist(ctx, func() error {
		videoID, err = h.uploads.Complete(ctx, operator, p.ID)
		return err
	})
	return videoID, err
}

// importedBefore finds an import of this very file that was interrupted; its ID is "" when
// there is none.
func (h *house) importedBefore(ctx context.Context, info fs.FileInfo) (upload.Progress, error) {
	open, err := h.uploads.Resumable(ctx, operator)
	if err != nil {
		return upload.Progress{}, err
	}
	for _, p := range open {
		if p.Direct && p.Status == upload.Open && p.FileName == info.Name() && p.Size == info.Size() && p.LastModified == info.ModTime().UnixMilli() {
			return p, nil
		}
	}
	return upload.Progress{}, nil
}

// importPart tells a part's digest and sends it, again while that may help.
func (h *house) importPart(ctx context.Context, u upload.Upload, file *os.File, part blob.Part) error {
	hash := sha256.New()
	if _, err := io.Copy(hash, io.NewSectionReader(file, part.Offset, part.Size)); err != nil {
		return err
	}
	told := []upload.Told{{Number: part.Number, Digest: hex.EncodeToString(hash.Sum(nil))}}
	return insist(ctx, func() error {
		list, err := h.uploads.Addresses(ctx, operator, u.ID, told)
		if err != nil {
			return err
		}
		return h.direct().Send(ctx, list[0].PartRequest, io.NewSectionReader(file, part.Offset, part.Size), part.Size)
	})
}

// insist does something again while what stands in the way may pass: a store that is away, an
// address that has expired, bytes that were damaged on their way.
func insist(ctx context.Context, do func() error) error {
	pause := firstPause
	for try := 1; ; try++ {
		err := do()
		passes := fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Forbidden) || fault.CodeOf(err) == "wrong_digest"
		if err == nil || !passes || try == importTries {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
			pause = min(2*pause, mostPause)
		}
	}
}

// fill moves a bar on by so many bytes.
func fill(bar io.Writer, bytes int64) {
	if moves, ok := bar.(interface{ Add64(int64) error }); ok {
		_ = moves.Add64(bytes)
	}
}
