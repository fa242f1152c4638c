package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/live"
)

// What apps call over the live connection says the same, and is checked in the same way, as by
// HTTP: there it is only cheaper, and there already.

// Calls answers them. Who calls is an account.Me, as they were when they connected.
func Calls(o Options) (func(ctx context.Context, c live.Call), error) {
	if o.Limits == nil {
		return nil, errors.New("httpapi: nothing limits how often anybody may call")
	}
	s := &server{Options: o}
	reports := newShape[watchCall]()
	return func(ctx context.Context, c live.Call) {
		who, ok := c.Visitor.Who.(account.Me)
		if !ok {
			c.Answer(nil, fault.New(fault.SignedOut, "httpapi.call", "signed_out", "Sign in to go on."))
			return
		}
		// The connection of a session that ended is closed, a moment later.
		if _, err := s.Accounts.Limit(ctx, who.Session.ID); err != nil {
			c.Answer(nil, err)
			return
		}
		switch c.Method {
		case "watch":
			in, err := reports.read(c.Data)
			if err != nil {
				c.Answer(nil, err)
				return
			}
			report, err := s.reportOf(ctx, who, in.VideoID, in.WatchReport)
			if err != nil {
				c.Answer(nil, err)
				return
			}
			s.Watch.Report(report, func(err error) { c.Answer(struct{}{}, err) })
		default:
			c.Answer(nil, fault.New(fault.NotFound, "httpapi.call", "no_such_call", "There is no such call."))
		}
	}, nil
}

// ExplainCall is a refusal as callers read it: the status that it would have had by HTTP, and
// the code of the problem.
func ExplainCall(err error) (status uint32, code string) {
	p := problemOf(err)
	var invalid *Problem
	if errors.As(err, &invalid) {
		p = invalid
	}
	return uint32(p.Status), p.Code
}

// shape reads JSON of one type, and refuses what the document would.
type shape[T any] struct {
	registry huma.Registry
	schema   *huma.Schema
}

func newShape[T any]() shape[T] {
	configureHuma()
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	return shape[T]{registry, registry.Schema(reflect.TypeFor[T](), false, "Call")}
}

func (h shape[T]) read(data []byte) (in T, err error) {
	var loose any
	if err := json.Unmarshal(data, &loose); err != nil {
		return in, fault.New(fault.Invalid, "httpapi.call", "", "This is not JSON.")
	}
	result := &huma.ValidateResult{}
	huma.Validate(h.registry, h.schema, huma.NewPathBuffer([]byte("data"), 4), huma.ModeWriteToServer, loose, result)
	if len(result.Errors) > 0 {
		return in, huma.NewError(http.StatusUnprocessableEntity, "validation failed", result.Errors...)
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return in, fault.New(fault.Invalid, "httpapi.call", "", "This is not what the call takes.")
	}
	return in, nil
}
