package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
)

// User is somebody, as administrators see them.
type User struct {
	ID        string    `json:"id" format:"uuid"`
	Email     string    `json:"email" example:"ana@example.com"`
	Name      string    `json:"name" example:"Ana"`
	Role      string    `json:"role" enum:"viewer,editor,admin"`
	Language  Language  `json:"language"`
	Disabled  bool      `json:"disabled" doc:"Kept out."`
	Verified  bool      `json:"verified" doc:"They proved that the e-mail is theirs."`
	Profiles  int       `json:"profiles,omitempty" doc:"How many; in the list only."`
	CreatedAt time.Time `json:"createdAt"`
}

func viewOfUser(l account.Listed) User {
	return User{
		ID: l.ID, Email: l.Email, Name: l.Name, Role: string(l.Role), Language: Language(l.Language),
		Disabled: l.Disabled, Verified: !l.VerifiedAt.IsZero(), Profiles: l.Profiles, CreatedAt: l.CreatedAt,
	}
}

// OpenInvitation is an invitation that waits to be taken up.
type OpenInvitation struct {
	ID        string    `json:"id" format:"uuid"`
	Email     string    `json:"email" example:"bia@example.com" doc:"Empty: whoever has the link."`
	Role      string    `json:"role" enum:"viewer,editor,admin"`
	Language  Language  `json:"language"`
	CreatedAt time.Time `json:"createdAt"`
	ExpiresAt time.Time `json:"expiresAt"`
}

func viewOfInvitation(i account.Invitee) OpenInvitation {
	return OpenInvitation{ID: i.ID, Email: i.Email, Role: string(i.Role), Language: Language(i.Language), CreatedAt: i.CreatedAt, ExpiresAt: i.ExpiresAt}
}

// Handed is how somebody gets what opens the door.
type Handed struct {
	Mailed    bool      `json:"mailed" doc:"A letter carries it."`
	Path      string    `json:"path,omitempty" example:"/join?token=…" doc:"On this server; shown this once, for you to hand over. Absent when it is mailed."`
	ExpiresAt time.Time `json:"expiresAt,omitzero"`
}

func viewOfHanded(h account.Handed) Handed { return Handed{h.Mailed, h.Path, h.ExpiresAt} }

// Paging is how a list is asked for.
type Paging struct {
	Cursor string `query:"cursor" maxLength:"200"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
}

// pageOf reads one item more than is asked for and makes a page of them.
func pageOf[T, V any](in Paging, read func(after *account.Cursor, limit int) ([]T, error), view func(T) V, at func(T) account.Cursor) (items []V, next string, err error) {
	items = []V{}
	after, err := parseCursor(in.Cursor)
	if err != nil {
		return nil, "", err
	}
	list, err := read((*account.Cursor)(after), in.Limit+1)
	for i, one := range list {
		if i == in.Limit {
			return items, formatCursor(catalog.Cursor(at(list[i-1]))), err
		}
		items = append(items, view(one))
	}
	return items, "", err
}

type userList struct {
	Items      []User `json:"items"`
	NextCursor string `json:"nextCursor,omitempty" doc:"Ask for what follows with it; absent on the last page."`
}

type invitationList struct {
	Items      []OpenInvitation `json:"items"`
	NextCursor string           `json:"nextCursor,omitempty" doc:"Ask for what follows with it; absent on the last page."`
}

func (s *server) peopleRoutes() {
	tags := []string{"users"}
	register(s, ForAdmins, huma.Operation{
		OperationID: "listUsers", Method: http.MethodGet, Path: "/admin/users", Tags: tags, Summary: "Users, the newest first",
	}, func(ctx context.Context, in *Paging) (*struct{ Body userList }, error) {
		items, next, err := pageOf(*in, func(after *account.Cursor, limit int) ([]account.Listed, error) {
			return s.People.Users(ctx, after, limit)
		}, viewOfUser, func(l account.Listed) account.Cursor { return account.Cursor{CreatedAt: l.CreatedAt, ID: l.ID} })
		return &struct{ Body userList }{userList{items, next}}, err
	})

	type added struct {
		Body struct {
			User User `json:"user"`
			Handed
		}
	}
	register(s, ForAdmins, huma.Operation{
		OperationID: "addUser", Method: http.MethodPost, Path: "/admin/users", Tags: tags,
		Summary: "Add a user", DefaultStatus: http.StatusCreated, MaxBodyBytes: 4096, Errors: []int{409},
		Description: "They choose their password by a one-time link, good for a week: mailed, or, where no mail is sent, answered once.",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Email    string   `json:"email" maxLength:"254" example:"bia@example.com"`
			Name     string   `json:"name,omitempty" maxLength:"40" example:"Bia"`
			Language Language `json:"language,omitempty"`
			Role     string   `json:"role,omitempty" enum:"viewer,editor,admin" default:"viewer"`
		}
	}) (*added, error) {
		b, out := in.Body, &added{}
		u, handed, err := s.People.Add(ctx, b.Email, b.Name, string(b.Language), account.Role(b.Role))
		out.Body.User, out.Body.Handed = viewOfUser(account.Listed{User: u}), viewOfHanded(handed)
		return out, err
	})

	register(s, ForAdmins, huma.Operation{
		OperationID: "changeUser", Method: http.MethodPatch, Path: "/admin/users/{id}", Tags: tags,
		Summary: "Change a user, or keep them out", MaxBodyBytes: 4096, Errors: []int{404, 409},
		Description: "What is absent stays. Counts at once in every session of theirs; who is disabled is signed out. The last administrator stays one.",
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" format:"uuid"`
		Body struct {
			Name     *string   `json:"name,omitempty" maxLength:"40" doc:"Empty: none."`
			Language *Language `json:"language,omitempty"`
			Role     *string   `json:"role,omitempty" enum:"viewer,editor,admin"`
			Disabled *bool     `json:"disabled,omitempty"`
		}
	}) (*struct{ Body User }, error) {
		b := in.Body
		u, err := s.People.Change(ctx, me(ctx), in.ID, account.UserChange{
			Name: b.Name, Language: text(b.Language), Role: (*account.Role)(b.Role), Disabled: b.Disabled,
		})
		if err != nil {
			return nil, err
		}
		return &struct{ Body User }{viewOfUser(account.Listed{User: u})}, nil
	})

	register(s, ForAdmins, huma.Operation{
		OperationID: "deleteUser", Method: http.MethodDelete, Path: "/admin/users/{id}", Tags: tags,
		Summary: "Remove a user with all that is theirs", DefaultStatus: http.StatusNoContent, Errors: []int{404, 409},
		Description: "Films they brought in stay. The last administrator stays.",
	}, func(ctx context.Context, in *userID) (*struct{}, error) {
		return nil, s.People.Delete(ctx, me(ctx), in.ID)
	})

	register(s, ForAdmins, huma.Operation{
		OperationID: "makeResetLink", Method: http.MethodPost, Path: "/admin/users/{id}/reset-link", Tags: tags,
		Summary: "Make a one-time link by which a user chooses another password", DefaultStatus: http.StatusCreated, Errors: []int{404},
		Description: "For you to hand over: good for an hour, and whoever has it has the account.",
	}, func(ctx context.Context, in *userID) (*struct{ Body Handed }, error) {
		handed, err := s.People.ResetLink(ctx, in.ID)
		return &struct{ Body Handed }{viewOfHanded(handed)}, err
	})

	s.invitationRoutes()
}

type userID struct {
	ID string `path:"id" format:"uuid"`
}

func (s *server) invitationRoutes() {
	tags := []string{"users"}
	register(s, ForAdmins, huma.Operation{
		OperationID: "listInvitations", Method: http.MethodGet, Path: "/admin/invitations", Tags: tags,
		Summary: "Invitations that wait to be taken up, the newest first",
	}, func(ctx context.Context, in *Paging) (*struct{ Body invitationList }, error) {
		items, next, err := pageOf(*in, func(after *account.Cursor, limit int) ([]account.Invitee, error) {
			return s.People.Invitations(ctx, after, limit)
		}, viewOfInvitation, func(i account.Invitee) account.Cursor { return account.Cursor{CreatedAt: i.CreatedAt, ID: i.ID} })
		return &struct{ Body invitationList }{invitationList{items, next}}, err
	})

	type invited struct {
		Body struct {
			Invitation OpenInvitation `json:"invitation"`
			Handed
		}
	}
	register(s, ForAdmins, huma.Operation{
		OperationID: "invite", Method: http.MethodPost, Path: "/admin/invitations", Tags: tags,
		Summary: "Invite somebody", DefaultStatus: http.StatusCreated, MaxBodyBytes: 4096, Errors: []int{409},
		Description: "Good for a week and for one account. With an e-mail it is for that address alone, and mailed where mail is sent; else its path is answered, once.",
	}, func(ctx context.Context, in *struct {
		Body struct {
			Email    string   `json:"email,omitempty" maxLength:"254" example:"bia@example.com"`
			Role     string   `json:"role,omitempty" enum:"viewer,editor,admin" default:"viewer"`
			Language Language `json:"language,omitempty"`
			Letter   bool     `json:"letter,omitempty" default:"true" doc:"False: answer the path, mail nothing."`
		}
	}) (*invited, error) {
		b, out := in.Body, &invited{}
		i, handed, err := s.People.Invite(ctx, me(ctx), b.Email, account.Role(b.Role), string(b.Language), b.Letter)
		out.Body.Invitation, out.Body.Handed = viewOfInvitation(i), viewOfHanded(handed)
		return out, err
	})

	register(s, ForAdmins, huma.Operation{
		OperationID: "uninvite", Method: http.MethodDelete, Path: "/admin/invitations/{id}", Tags: tags,
		Summary: "Take an invitation back", DefaultStatus: http.StatusNoContent, Errors: []int{404},
	}, func(ctx context.Context, in *userID) (*struct{}, error) { return nil, s.People.Uninvite(ctx, in.ID) })
}
