package httpapi

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/delivery"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/playback"
)

// fillHousehold adds profiles until there is no room.
func fillHousehold(t *testing.T, v *visitor) {
	t.Helper()
	for range account.MaxProfiles - 1 {
		v.send(t, "POST", "/api/me/profiles", map[string]any{"name": "Bia"}).want(t, 201)
	}
}

func (v *visitor) me(t *testing.T) Me {
	t.Helper()
	return read[Me](t, v.send(t, "GET", "/api/me", nil))
}

func (v *visitor) addProfile(t *testing.T, with map[string]any) Profile {
	t.Helper()
	return read[Profile](t, v.send(t, "POST", "/api/me/profiles", with).want(t, 201))
}

func (v *visitor) selects(t *testing.T, profileID string, with map[string]any) *answer {
	t.Helper()
	if with == nil {
		return v.send(t, "POST", "/api/me/profiles/"+profileID+"/select", nil)
	}
	return v.send(t, "POST", "/api/me/profiles/"+profileID+"/select", with)
}

func (v *visitor) profiles(t *testing.T) []Profile {
	t.Helper()
	return read[profileList](t, v.send(t, "GET", "/api/me/profiles", nil).want(t, 200)).Items
}

func rating(t *testing.T, age int) catalog.Rating {
	t.Helper()
	r, err := catalog.RatingOf(age)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAHouseholdHasProfilesOfItsOwn(t *testing.T) {
	s := openSite(t)
	v := s.signedIn(t, account.Viewer)
	first := v.profiles(t)
	if len(first) != 1 || first[0].ID != v.me(t).Profile.ID || first[0].MaturityLimit.Sent && first[0].MaturityLimit.Rating != (catalog.Rating{}) {
		t.Fatalf("begins with %+v", first)
	}
	bia := v.addProfile(t, map[string]any{"name": "  Bia  ", "avatar": "owl", "language": "pt-BR", "maturityLimit": 12, "pin": "2468"})
	if bia.Name != "Bia" || bia.Avatar != "owl" || bia.Language != "pt-BR" || bia.MaturityLimit.Rating != rating(t, 12) || !bia.Kids || !bia.HasPIN {
		t.Errorf("made %+v", bia)
	}
	caio := v.addProfile(t, map[string]any{"name": "Caio", "maturityLimit": nil})
	if caio.Avatar == "" || caio.Avatar == bia.Avatar || caio.Kids || caio.HasPIN {
		t.Errorf("made %+v", caio)
	}
	if list := v.profiles(t); len(list) != 3 || list[1] != bia || list[2] != caio {
		t.Errorf("lists %+v", list)
	}
	changed := read[Profile](t, v.send(t, "PATCH", "/api/me/profiles/"+caio.ID, map[string]any{"name": "Caio V.", "avatar": "moon", "maturityLimit": 16}).want(t, 200))
	if changed.Name != "Caio V." || changed.Avatar != "moon" || changed.MaturityLimit.Rating != rating(t, 16) || changed.Kids {
		t.Errorf("changed to %+v", changed)
	}
	lifted := read[Profile](t, v.send(t, "PATCH", "/api/me/profiles/"+caio.ID, map[string]any{"maturityLimit": nil}).want(t, 200))
	if lifted.MaturityLimit.Rating != (catalog.Rating{}) || lifted.Name != "Caio V." {
		t.Errorf("lifted to %+v", lifted)
	}
	v.send(t, "DELETE", "/api/me/profiles/"+caio.ID, nil).want(t, 204)
	if list := v.profiles(t); len(list) != 2 {
		t.Errorf("lists %+v", list)
	}
	for _, bad := range []map[string]any{
		{"name": ""}, {"name": strings.Repeat("a", 41)}, {"name": "a\u202eb"}, {"name": "Bia", "avatar": "../owl"}, {"name": "Bia", "language": "xx"},
		{"name": "Bia", "maturityLimit": 13}, {"name": "Bia", "maturityLimit": "12"}, {"name": "Bia", "pin": "123"}, {"name": "Bia", "pin": "abcd"},
		{"name": "Bia", "pin": "123456789"}, {"name": "Bia", "role": "admin"},
	} {
		v.send(t, "POST", "/api/me/profiles", bad).want(t, 422)
	}
}

func TestAnothersProfileIsNotThere(t *testing.T) {
	s := openSite(t)
	ana, other := s.signedIn(t, account.Viewer), s.signedIn(t, account.Admin)
	id := ana.me(t).Profile.ID
	other.send(t, "PATCH", "/api/me/profiles/"+id, map[string]any{"name": "x"}).want(t, 404)
	other.send(t, "DELETE", "/api/me/profiles/"+id, nil).want(t, 404)
	other.selects(t, id, nil).want(t, 404)
	other.selects(t, id, map[string]any{"password": password}).want(t, 404)
	if ana.me(t).Profile.Name != "viewer" {
		t.Error("it was changed")
	}
}

func TestAPINIsAskedForAndNotGuessed(t *testing.T) {
	s := openSite(t)
	v := s.signedIn(t, account.Viewer)
	home := v.me(t).Profile.ID
	bia := v.addProfile(t, map[string]any{"name": "Bia", "pin": "2468"})
	v.selects(t, bia.ID, nil).wantCode(t, 403, "pin_needed")
	v.selects(t, bia.ID, map[string]any{"pin": "1357"}).wantCode(t, 403, "wrong_pin")
	v.selects(t, bia.ID, map[string]any{"password": "wrong"}).wantCode(t, 403, "wrong_password")
	if now := v.me(t).Profile.ID; now != home {
		t.Fatal("selected without the PIN")
	}
	if got := read[Me](t, v.selects(t, bia.ID, map[string]any{"pin": "2468"}).want(t, 200)); got.Profile.ID != bia.ID || v.me(t).Profile.ID != bia.ID {
		t.Errorf("selected %+v", got.Profile)
	}
	v.selects(t, home, nil).want(t, 200)
	v.selects(t, bia.ID, map[string]any{"password": password}).want(t, 200)

	// It is changed by who knows it, or the password.
	at := "/api/me/profiles/" + bia.ID
	v.send(t, "PATCH", at, map[string]any{"pin": ""}).wantCode(t, 403, "pin_needed")
	v.send(t, "PATCH", at, map[string]any{"pin": "1111", "currentPin": "1357"}).wantCode(t, 403, "wrong_pin")
	v.send(t, "PATCH", at, map[string]any{"pin": "1111", "currentPin": "2468"}).want(t, 200)
	v.selects(t, home, nil).want(t, 200)
	v.selects(t, bia.ID, map[string]any{"pin": "2468"}).wantCode(t, 403, "wrong_pin")
	if p := read[Profile](t, v.send(t, "PATCH", at, map[string]any{"pin": "", "password": password}).want(t, 200)); p.HasPIN {
		t.Error("the PIN stays")
	}
	v.selects(t, bia.ID, nil).want(t, 200)

	v.selects(t, home, nil).want(t, 200)
	v.send(t, "PATCH", at, map[string]any{"pin": "4321"}).want(t, 200)
	for n := 0; ; n++ {
		a := v.selects(t, bia.ID, map[string]any{"pin": "0000"})
		if a.StatusCode == http.StatusTooManyRequests {
			wantLimited(t, a, triesPIN.Every)
			break
		}
		if a.want(t, 403); n > triesPIN.Burst {
			t.Fatal("it can be guessed for ever")
		}
	}
	wantLimited(t, v.selects(t, bia.ID, map[string]any{"pin": "4321"}), triesPIN.Every) // the right one too
	v.selects(t, bia.ID, map[string]any{"password": password}).want(t, 200)
}

func TestThereIsAlwaysAProfileThatOpensTheAccount(t *testing.T) {
	s := openSite(t)
	v := s.signedIn(t, account.Viewer)
	home := v.me(t).Profile.ID
	v.send(t, "DELETE", "/api/me/profiles/"+home, nil).wantCode(t, 409, "profile_in_use")
	kid := v.addProfile(t, map[string]any{"name": "Caio", "maturityLimit": 0})
	v.send(t, "PATCH", "/api/me/profiles/"+home, map[string]any{"maturityLimit": 18}).wantCode(t, 409, "last_unlimited")
	other := v.addProfile(t, map[string]any{"name": "Bia"})
	v.selects(t, other.ID, nil).want(t, 200)
	v.send(t, "DELETE", "/api/me/profiles/"+home, nil).want(t, 204)
	v.send(t, "PATCH", "/api/me/profiles/"+other.ID, map[string]any{"maturityLimit": 18}).wantCode(t, 409, "last_unlimited")
	// A sign-in speaks for the one without a limit, though the child's is older.
	if again := s.signedIn(t, account.Viewer).me(t).Profile.ID; again != other.ID || again == kid.ID {
		t.Errorf("signed in as %s", again)
	}
}

func TestADeletedProfileSignsItsDevicesOut(t *testing.T) {
	s := openSite(t)
	desk, tablet := s.signedIn(t, account.Viewer), s.signedIn(t, account.Viewer)
	bia := desk.addProfile(t, map[string]any{"name": "Bia"})
	tablet.selects(t, bia.ID, nil).want(t, 200)
	desk.send(t, "DELETE", "/api/me/profiles/"+bia.ID, nil).want(t, 204)
	tablet.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out")
	desk.send(t, "GET", "/api/me", nil).want(t, 200)
}

// A child is an administrator's: whatever the account may do, the profile may not.
func kidOf(t *testing.T, s *site, limit int) *visitor {
	t.Helper()
	v := s.signedIn(t, account.Admin)
	kid := v.addProfile(t, map[string]any{"name": "Caio", "maturityLimit": limit})
	v.selects(t, kid.ID, nil).want(t, 200)
	return v
}

func TestAProfileWithALimitCanNeitherLiftItNorLeaveIt(t *testing.T) {
	s := openSite(t)
	admin := s.signedIn(t, account.Admin)
	home := admin.me(t).Profile.ID
	locked := admin.addProfile(t, map[string]any{"name": "Ana", "pin": "2468"})
	teen := admin.addProfile(t, map[string]any{"name": "Duda", "maturityLimit": 14})
	baby := admin.addProfile(t, map[string]any{"name": "Eva", "maturityLimit": 0})
	kid := kidOf(t, s, 10)
	me := kid.me(t)
	if !me.Profile.Kids || me.Profile.MaturityLimit.Rating != rating(t, 10) {
		t.Fatalf("is %+v", me.Profile)
	}
	own := "/api/me/profiles/" + me.Profile.ID
	for _, lift := range []map[string]any{{"maturityLimit": nil}, {"maturityLimit": 18}, {"maturityLimit": 0}, {"pin": "1111"}, {"pin": "", "password": password}} {
		kid.send(t, "PATCH", own, lift).wantCode(t, 403, "profile_limited")
	}
	kid.send(t, "PATCH", own, map[string]any{"name": "Caio!", "avatar": "kite"}).want(t, 200)
	for _, other := range []string{home, locked.ID, teen.ID, baby.ID} {
		kid.send(t, "PATCH", "/api/me/profiles/"+other, map[string]any{"name": "x"}).wantCode(t, 403, "profile_limited")
		kid.send(t, "DELETE", "/api/me/profiles/"+other, nil).wantCode(t, 403, "profile_limited")
	}
	kid.send(t, "POST", "/api/me/profiles", map[string]any{"name": "Grown up"}).wantCode(t, 403, "profile_limited")

	kid.selects(t, home, nil).wantCode(t, 403, "password_needed")
	kid.selects(t, home, map[string]any{"pin": "2468"}).wantCode(t, 403, "password_needed")
	kid.selects(t, teen.ID, nil).wantCode(t, 403, "password_needed")
	kid.selects(t, locked.ID, nil).wantCode(t, 403, "pin_needed")
	kid.selects(t, locked.ID, map[string]any{"pin": "0000"}).wantCode(t, 403, "wrong_pin")
	kid.selects(t, locked.ID, map[string]any{"password": "wrong"}).wantCode(t, 403, "wrong_password")
	if now := kid.me(t).Profile; now.ID != me.Profile.ID {
		t.Fatalf("it is %+v now", now)
	}
	kid.selects(t, baby.ID, nil).want(t, 200) // it sees less
	kid.selects(t, me.Profile.ID, nil).wantCode(t, 403, "password_needed")
	kid.selects(t, locked.ID, map[string]any{"pin": "2468"}).want(t, 200)
	kid.selects(t, me.Profile.ID, nil).want(t, 200)
	kid.selects(t, home, map[string]any{"password": password}).want(t, 200)
}

// hasFilms is a site with a playable film of each age, and one that nobody has rated.
func hasFilms(t *testing.T) (*site, map[string]catalog.Rating) {
	t.Helper()
	signer, err := delivery.NewSigner([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	s := openSite(t, func(o *Options) {
		o.Tickets = playback.NewTickets(playback.Options{Titles: aged{o.Catalog}, Signer: signer})
	})
	films := map[string]catalog.Rating{s.addVideo(t, "Nobody knows"): {}}
	for _, age := range catalog.Ages {
		id := s.addVideo(t, "A film")
		films[id] = rating(t, age)
		if err := s.Catalog.SetRating(t.Context(), id, films[id]); err != nil {
			t.Fatal(err)
		}
	}
	return s, films
}

// aged are films that can be played at once, with their ratings.
type aged struct{ *catalog.Service }

func (a aged) Title(ctx context.Context, id string) (playback.Title, error) {
	v, err := a.Video(ctx, id)
	if err != nil {
		return playback.Title{}, err
	}
	p, err := plan.New(probe.Report{Format: "mov", Video: probe.Video{Width: 640, Height: 360, FrameRateNum: 25, FrameRateDen: 1, EndSeconds: 60}}, plan.StandardLadder(), nil)
	return playback.Title{Plan: p, Rating: v.Rating, Playable: true}, err
}

func TestAChildIsShownNoFilmThatIsNotForThem(t *testing.T) {
	for _, age := range []int{0, 12, 18} {
		s, films := hasFilms(t)
		kid, up := kidOf(t, s, age), rating(t, age)
		var want []string
		for id, r := range films {
			seen := r.Within(up)
			if seen {
				want = append(want, id)
			}
			for _, path := range []string{"", "/stream"} {
				a := kid.send(t, "GET", "/api/videos/"+id+path, nil)
				if seen {
					a.want(t, 200)
				} else {
					a.wantCode(t, 404, "not_found")
				}
			}
			for _, kind := range []string{"poster", "still"} { // they have none: what is hidden answers the same
				kid.send(t, "GET", "/api/videos/"+id+"/images/"+kind, nil).want(t, 404)
			}
		}
		slices.Sort(want)
		slices.Reverse(want) // ids have the order of creation
		for limit := 1; limit <= len(films); limit++ {
			var got []string
			for cursor := ""; ; {
				p := read[page](t, kid.send(t, "GET", "/api/videos?limit="+string(rune('0'+limit))+"&cursor="+cursor, nil))
				for _, v := range p.Items {
					got = append(got, v.ID)
				}
				if cursor = p.NextCursor; cursor == "" {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("up to %d, by %d: %v\nwant %v of %v", age, limit, got, want, slices.Collect(maps.Keys(films)))
			}
		}
	}
}

func TestAPosterIsHiddenWithItsFilm(t *testing.T) {
	s := openSite(t)
	id := s.addVideo(t, "A film")
	if _, err := s.Blobs.Put(t.Context(), "videos/"+id+"/poster.jpg", strings.NewReader("a picture"), 9); err != nil {
		t.Fatal(err)
	}
	if err := s.Catalog.SetPoster(t.Context(), id, "videos/"+id+"/poster.jpg", ""); err != nil {
		t.Fatal(err)
	}
	grown, kid := s.signedIn(t, account.Viewer), kidOf(t, s, 12)
	at := "/api/videos/" + id + "/images/poster"
	grown.send(t, "GET", at, nil).want(t, 200)
	kid.send(t, "GET", at, nil).want(t, 404)
	if err := s.Catalog.SetRating(t.Context(), id, rating(t, 10)); err != nil {
		t.Fatal(err)
	}
	kid.send(t, "GET", at, nil).want(t, 200)
}

// Every operation of the document, as a child of an administrator: what asks for more than a
// viewer is refused, whatever it is.
func TestAChildOpensNothingOfTheHouse(t *testing.T) {
	s := openSite(t)
	kid := kidOf(t, s, 12)
	tried := 0
	for path, methods := range operations(t) {
		for method, op := range methods {
			rule := Rule{name: op.Access}
			if _, session := rule.role(); !session || rule.is(ForViewers) {
				continue
			}
			tried++
			inPath, body := permissions[op.OperationID].request(t, s)
			kid.send(t, strings.ToUpper(method), "/api"+fill(t, path, inPath), body).wantCode(t, 403, "profile_limited")
		}
	}
	if tried < 10 {
		t.Errorf("only %d operations were tried", tried)
	}
}

func TestEditorsRateFilms(t *testing.T) {
	s := openSite(t)
	editor := s.signedIn(t, account.Editor)
	id := s.addVideo(t, "A film")
	at := "/api/videos/" + id
	if v := read[Video](t, editor.send(t, "GET", at, nil)); v.MaturityRating.Rating != (catalog.Rating{}) {
		t.Errorf("rated %v from the start", v.MaturityRating)
	}
	v := read[Video](t, editor.send(t, "PATCH", at, map[string]any{"maturityRating": 16}).want(t, 200))
	if v.MaturityRating.Rating != rating(t, 16) || v.Title != "A film" || !slices.Contains(s.rated, id) || !slices.Contains(s.changed, id) {
		t.Errorf("rated %+v, told %v and %v", v, s.rated, s.changed)
	}
	if v = read[Video](t, editor.send(t, "PATCH", at, map[string]any{"title": "B"}).want(t, 200)); v.MaturityRating.Rating != rating(t, 16) || v.Title != "B" {
		t.Errorf("then %+v", v)
	}
	if v = read[Video](t, editor.send(t, "PATCH", at, map[string]any{"maturityRating": nil}).want(t, 200)); v.MaturityRating.Rating != (catalog.Rating{}) {
		t.Errorf("then %+v", v)
	}
	for _, bad := range []any{13, -1, "12", 12.5, true} {
		editor.send(t, "PATCH", at, map[string]any{"maturityRating": bad}).want(t, 422)
	}
	editor.send(t, "PATCH", "/api/videos/"+uuid.NewString(), map[string]any{"maturityRating": 10}).want(t, 404)
}
