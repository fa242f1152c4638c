package live

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Call is what a client asks for (an RPC of the protocol). Answer is called once, now or later,
// by any goroutine: with what is answered, as JSON, or with why not. Until then it counts as
// under way. What is called when the client has gone is answered all the same, to nobody.
type Call struct {
	Visitor Visitor
	Method  string
	Data    []byte // JSON, its receiver's own
	Answer  func(reply any, err error)
}

// The bounds of one connection. No player comes near them: it says where it is every 5 s.
const (
	maxCall     = 4 << 10 // bytes
	mostCalls   = 128     // under way at once
	callsAtOnce = 1000
	callsEvery  = 5 * time.Millisecond // then
)

// caller is a connection that calls.
type caller struct {
	hub     *Hub
	client  *centrifuge.Client
	visitor Visitor

	mu    sync.Mutex
	under int       // calls under way
	until time.Time // until when what may be done at once is used up, as in a limit of cells
}

func newCaller(h *Hub, client *centrifuge.Client, v Visitor) *caller {
	return &caller{hub: h, client: client, visitor: v}
}

// called answers a call, or refuses it at once. It never waits: the connection does with it.
func (c *caller) called(e centrifuge.RPCEvent, reply centrifuge.RPCCallback) {
	if err := c.admit(len(e.Data)); err != nil {
		reply(centrifuge.RPCReply{}, c.refusal(err))
		return
	}
	var once sync.Once
	call := Call{Visitor: c.visitor, Method: e.Method, Data: bytes.Clone(e.Data), Answer: func(answer any, err error) {
		once.Do(func() {
			c.left()
			var data []byte
			if err == nil {
				data, err = json.Marshal(answer)
			}
			if err != nil {
				reply(centrifuge.RPCReply{}, c.refusal(err))
				return
			}
			reply(centrifuge.RPCReply{Data: data}, nil)
		})
	}}
	go func() {
		defer func() { // or one call ends the process
			if p := recover(); p != nil {
				c.hub.options.Logger.Error("live: a call panicked", "method", call.Method, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				call.Answer(nil, fault.New(fault.Internal, "live.call", "", ""))
			}
		}()
		c.hub.options.Call(context.WithoutCancel(c.client.Context()), call)
	}()
}

// admit counts a call of so many bytes, or says why it is refused.
func (c *caller) admit(size int) error {
	const op = "live.call"
	if size > maxCall {
		return fault.New(fault.TooLarge, op, "", fmt.Sprintf("A call has %d bytes at most.", maxCall))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.under >= mostCalls {
		return fault.New(fault.TooMany, op, "", "Too many calls of this connection are under way. Wait for answers.")
	}
	now := time.Now()
	from := c.until
	if from.Before(now) {
		from = now
	}
	if from.Sub(now) > (callsAtOnce-1)*callsEvery {
		return fault.New(fault.TooMany, op, "", "These are too many calls. Try again in a moment.")
	}
	c.until = from.Add(callsEvery)
	c.under++
	return nil
}

func (c *caller) left() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.under--
}

// refusal is an error as a client reads it.
func (c *caller) refusal(err error) error {
	if c.hub.options.Explain == nil {
		return centrifuge.ErrorInternal
	}
	code, text := c.hub.options.Explain(err)
	kind := fault.KindOf(err)
	return &centrifuge.Error{Code: code, Message: text, Temporary: kind == fault.TooMany || kind == fault.Unavailable}
}
