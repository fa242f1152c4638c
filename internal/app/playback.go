package app

import (
	"context"

	"github.com/kkmovies/kkmovies/internal/delivery"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/playback"
)

// connectPlayback gives the routes what plays: tickets and media paths.
func (h *house) connectPlayback(ctx context.Context, o *httpapi.Options) error {
	key, err := h.secret(ctx, "media-signing")
	if err != nil {
		return err
	}
	signer, err := delivery.NewSigner(key)
	if err != nil {
		return err
	}
	h.delivery = delivery.New(signer, h.db.Deliverable(), h.accounts, h.pipeline)
	h.events.forget = h.delivery.Changed
	o.Media = h.delivery
	o.Tickets = playback.NewTickets(playback.Options{Titles: h.db.Playable(), Signer: signer, Positions: positions{h.watch}, Logger: h.log})
	h.events.growth = o.Tickets.Growth
	h.events.forgetAll = h.delivery.Forget
	h.events.listen()
	return nil
}
