package blob

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Event is what a store says has become of an object.
type Event struct {
	Name      string // without a prefix: ObjectCreated:Put, ObjectCreated:CompleteMultipartUpload, …
	Bucket    string
	Key       string
	Size      int64
	ETag      string // bare
	Sequencer string // orders the events of one key; "" where the store has none
}

// Created reports whether the object is there, whole.
func (e Event) Created() bool { return strings.HasPrefix(e.Name, "ObjectCreated:") }

// notification is the message of every store that speaks as AWS does. Their dialects:
//
//	            event names        key                  eTag     aws:s3 as source
//	AWS         ObjectCreated:Put  form-encoded, + is   bare     yes
//	MinIO       s3:ObjectCreated…  form-encoded         bare     no: minio:s3
//	versitygw   s3:ObjectCreated…  as it is             quoted   yes
//
// What comes through SNS is wrapped: the message is text in another.
type notification struct {
	Event string // s3:TestEvent, of a message without records

	Type, Message, SubscribeURL string // of SNS

	Records []struct {
		EventSource string `json:"eventSource"`
		EventName   string `json:"eventName"`
		S3          struct {
			Bucket struct {
				Name string `json:"name"`
			} `json:"bucket"`
			Object struct {
				Key       string `json:"key"`
				Size      int64  `json:"size"`
				ETag      string `json:"eTag"`
				Sequencer string `json:"sequencer"`
			} `json:"object"`
		} `json:"s3"`
	} `json:"Records"`
}

// SubscribeURL returns the address that whoever wants a topic's events opens once, of the
// message by which SNS asks for that; "" of any other.
func SubscribeURL(message []byte) string {
	var n notification
	if json.Unmarshal(message, &n) != nil || n.Type != "SubscriptionConfirmation" {
		return ""
	}
	return n.SubscribeURL
}

// ParseEvents reads an event notification. One that only tries the way holds none.
func ParseEvents(message []byte) ([]Event, error) {
	const op = "blob.events"
	var n notification
	if err := json.Unmarshal(message, &n); err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Op: op, Code: "bad_event", Public: "This is no event notification of an S3 store.", Cause: err}
	}
	if n.Type == "Notification" && n.Message != "" && n.Records == nil {
		message = []byte(n.Message)
		n = notification{}
		if err := json.Unmarshal(message, &n); err != nil {
			return nil, &fault.Error{Kind: fault.Invalid, Op: op, Code: "bad_event", Public: "This is no event notification of an S3 store.", Cause: err}
		}
	}
	if n.Records == nil && n.Event != "s3:TestEvent" {
		return nil, fault.New(fault.Invalid, op, "bad_event", "This is no event notification of an S3 store.")
	}
	events := make([]Event, 0, len(n.Records))
	for _, r := range n.Records {
		name, prefixed := strings.CutPrefix(r.EventName, "s3:")
		key := r.S3.Object.Key
		if raw := r.EventSource == "aws:s3" && prefixed; !raw {
			decoded, err := url.QueryUnescape(key)
			if err != nil {
				return nil, &fault.Error{Kind: fault.Invalid, Op: op, Code: "bad_event", Public: "The key in this event is not encoded as the store says.", Cause: err}
			}
			key = decoded
		}
		events = append(events, Event{
			Name: name, Bucket: r.S3.Bucket.Name, Key: key, Size: r.S3.Object.Size,
			ETag: strings.Trim(r.S3.Object.ETag, `"`), Sequencer: r.S3.Object.Sequencer,
		})
	}
	return events, nil
}
