package house

import (
	"encoding/json"
	"time"
)

// Said returns every line of the log with this message, of all lives so far, read into T.
func Said[T any](h *House, message string) []T {
	var found []T
	for _, line := range h.lines() {
		var about struct {
			Message string `json:"msg"`
		}
		var what T
		if json.Unmarshal([]byte(line), &about) == nil && about.Message == message && json.Unmarshal([]byte(line), &what) == nil {
			found = append(found, what)
		}
	}
	return found
}

// Debug are the settings of a house whose programs and encoding are told in its log.
func Debug() Options { return Options{Env: map[string]string{"KK_LOG_LEVEL": "debug"}} }

// Program is a program that has ended.
type Program struct {
	Time    time.Time // of its end
	Program string
	Args    []string
	Took    time.Duration
	Failed  bool
}

// Cost is what a program took of all cores.
type Cost struct {
	Args []string
	CPU  time.Duration
}

// Programs returns what the server has run, in the order it ended: of a house with Debug.
func (h *House) Programs() []Program { return Said[Program](h, "program ended") }

// Encoding is what happened to a segment somebody wanted, or to a task.
type Encoding struct {
	Time         time.Time
	Event, Video string
	Segment      string // rendition/index; "" of a task
	Task         int
}

// Encodings returns what happened, in its order: of a house with Debug.
func (h *House) Encodings() []Encoding { return Said[Encoding](h, "encoding") }
