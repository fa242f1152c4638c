package httpapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/insight"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
)

// Visit is something that a viewer did who agreed to its being told.
type Visit struct {
	Name   string `json:"name" enum:"page_view,video_start,video_complete"`
	Screen string `json:"screen" enum:"home,browse,search,list,title,watch,history,account,profiles,operator,door" doc:"Of the app, without what it shows."`
}

// visiting is of one user: a page sends what happened on it now and then.
var visiting = limit{"visits", cache.PerHour(600)}

const mostVisitsBytes = 8 << 10

func (s *server) visitRoutes() {
	register(s, ForViewers.Unrecorded("what it says is told elsewhere, and not of whom"), huma.Operation{
		OperationID: "sendVisits", Method: http.MethodPost, Path: "/visits", Tags: []string{"insight"},
		Summary: "What a viewer lets be told to Google Analytics",
		Description: "The app sends it for whoever agreed to it, from a server that has a measurement id. It is handed over without waiting, and lost where that fails. " +
			"Nothing of a request that says Sec-GPC or DNT is handed over, nor of a profile with a limit, nor where the server has no id.",
		Middlewares: huma.Middlewares{s.limitedTo(visiting, callerUser)}, MaxBodyBytes: mostVisitsBytes,
		DefaultStatus: http.StatusNoContent, Errors: []int{413, 422, 429},
	}, s.sendVisits)
}

// sendVisits tells all of them, or none.
func (s *server) sendVisits(ctx context.Context, in *struct {
	GPC  string `header:"Sec-GPC"`
	DNT  string `header:"DNT"`
	Body struct {
		Client  string  `json:"client" format:"uuid" doc:"Of a device: random, made when its viewer agreed."`
		Session int64   `json:"session" minimum:"1" maximum:"9007199254740991" doc:"Of a page: random."`
		Visits  []Visit `json:"visits" minItems:"1" maxItems:"25"`
	}
}) (*struct{}, error) {
	list := make([]insight.Visit, 0, len(in.Body.Visits))
	for _, sent := range in.Body.Visits {
		v, err := insight.Visit{Client: in.Body.Client, Session: in.Body.Session, Name: sent.Name, Screen: sent.Screen}.Clean()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, limited := me(ctx).Profile.Limit.Age()
	private := limited || in.GPC == "1" || in.DNT == "1"
	if s.Visits != nil && !private {
		s.Visits(list)
	}
	return nil, nil
}
