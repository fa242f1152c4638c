package httpapi

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
)

// meets lets a video meet its film, as the job of its file does.
func (s *site) meets(t testing.TB, videoID, fileName string) catalog.Belonging {
	t.Helper()
	if err := s.Films.Meet(t.Context(), catalog.MeetFilm{VideoID: videoID, FileName: fileName}); err != nil {
		t.Fatal(err)
	}
	v, err := s.Catalog.Video(t.Context(), videoID)
	if err != nil {
		t.Fatal(err)
	}
	return v.Of
}

func TestAVideoMeetsItsFilm(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	const name = "O.Farol.de.Vidro.2023.1080p.mkv"
	first := s.addVideo(t, "O Farol de Vidro")
	of := s.meets(t, first, name)
	film := read[Movie](t, viewer.send(t, "GET", "/api/movies/"+of.FilmID, nil))
	if of.Part != catalog.Current || film.Title != "O Farol de Vidro" || film.Year != 2023 || film.Video == nil || film.Video.ID != first {
		t.Fatalf("%+v of %+v", of, film)
	}
	if again := s.meets(t, first, name); again != of {
		t.Errorf("the second time it is %+v", again)
	}
	for title, file := range map[string]string{
		"o farol de vidro": "o farol de vidro (2023) Director's Cut.mp4", "O Faról de Vidro": "another name.mp4",
	} {
		id := s.addVideo(t, title)
		if of := s.meets(t, id, file); of.FilmID != film.ID || of.Part != catalog.Edition {
			t.Errorf("%s, called %s, is %+v", file, title, of)
		}
	}
	if other := s.meets(t, s.addVideo(t, "O Farol de Vidro"), "O Farol de Vidro (1999).mkv"); other.FilmID == film.ID || other.FilmID == "" {
		t.Errorf("the film of another year is %+v", other)
	}
	card := read[MoviePage](t, viewer.send(t, "GET", "/api/movies?list=new&limit=100", nil)).Items
	if len(card) != 2 || card[1].VideoID != first {
		t.Errorf("the list is %+v", card)
	}
}

func TestAnUploadSaysWhichFilmItIsOf(t *testing.T) {
	s := openSite(t)
	editor := s.signedIn(t, account.Editor)
	film := s.addFilm(t, "A film", rated(t, 14))
	opened := read[Upload](t, editor.send(t, "POST", "/api/uploads", map[string]any{"fileName": "x.mp4", "size": 1000, "movieId": film.ID}).want(t, 201))
	video := read[Video](t, editor.send(t, "GET", "/api/videos/"+opened.VideoID, nil))
	if video.Film == nil || video.Film.MovieID != film.ID || video.Film.Part != "current" {
		t.Errorf("it is of %+v", video.Film)
	}
	if age, _ := video.MaturityRating.Age(); age != 14 {
		t.Errorf("it is for %+v", video.MaturityRating)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("movieId", film.ID)
	file, _ := form.CreateFormFile("file", "second.mp4")
	fmt.Fprint(file, mp4)
	_ = form.Close()
	second := read[Video](t, editor.send(t, "POST", "/api/videos/upload", &body, "Content-Type", form.FormDataContentType()).want(t, 202))
	if second.Film == nil || second.Film.Part != "edition" {
		t.Errorf("the second is %+v", second.Film)
	}
	unknown := "0190f2a8-0000-7000-8000-000000000000"
	editor.send(t, "POST", "/api/uploads", map[string]any{"fileName": "x.mp4", "size": 1000, "movieId": unknown}).wantCode(t, 422, "no_such_movie")
	if list := read[page](t, editor.send(t, "GET", "/api/videos", nil)).Items; len(list) != 2 {
		t.Errorf("what was refused left %d videos", len(list)-2)
	}
}

func TestAMatchIsFixed(t *testing.T) {
	s := openSite(t)
	editor, viewer := s.signedIn(t, account.Editor), s.signedIn(t, account.Viewer)
	wrong, right := s.addFilm(t, "Wrong"), s.addFilm(t, "Right", rated(t, 16))
	video := s.addVideo(t, "A film")
	set := func(body map[string]any) VideoFilm {
		t.Helper()
		return read[VideoFilm](t, editor.send(t, "POST", "/api/videos/"+video+"/film", body).want(t, 200))
	}
	videoOf := func(id string) *MovieVideo {
		t.Helper()
		return read[Movie](t, viewer.send(t, "GET", "/api/movies/"+id, nil)).Video
	}
	if set(map[string]any{"movieId": wrong.ID}); videoOf(wrong.ID) == nil {
		t.Error("it is of no film")
	}
	if got := set(map[string]any{"movieId": right.ID, "part": "edition", "edition": "Director's  cut"}); got.Edition != "Director's cut" || videoOf(wrong.ID) != nil || videoOf(right.ID).Edition != got.Edition {
		t.Errorf("it is %+v", got)
	}
	if v := read[Video](t, viewer.send(t, "GET", "/api/videos/"+video, nil)); v.MaturityRating != ageOf(right.Maturity) {
		t.Errorf("it is for %+v", v.MaturityRating)
	}
	made := set(map[string]any{"create": map[string]any{"title": "Made", "year": 1999}})
	if got := read[Movie](t, viewer.send(t, "GET", "/api/movies/"+made.MovieID, nil)); got.Title != "Made" || got.Year != 1999 || got.Video.ID != video {
		t.Errorf("the film made for it is %+v", got)
	}
	if set(map[string]any{"detach": true}); videoOf(made.MovieID) != nil {
		t.Error("it is of its film still")
	}
	if of := s.meets(t, video, "A film.mp4"); of.FilmID != "" {
		t.Errorf("what somebody took away from its film is given another: %+v", of)
	}
	for code, body := range map[string]map[string]any{
		"which_film":    {"movieId": right.ID, "detach": true},
		"no_such_movie": {"movieId": "0190f2a8-0000-7000-8000-000000000000"},
		"bad_edition":   {"movieId": right.ID, "part": "edition", "edition": strings.Repeat("\u0007", 3)},
	} {
		editor.send(t, "POST", "/api/videos/"+video+"/film", body).wantCode(t, 422, code)
	}
	editor.send(t, "POST", "/api/videos/"+video+"/film", map[string]any{"tmdbId": 155}).wantCode(t, 409, "no_tmdb")
	editor.send(t, "GET", "/api/metadata/search?title=A", nil).wantCode(t, 409, "no_tmdb")
}

func TestDeletingEitherLeavesNoOrphan(t *testing.T) {
	s := openSite(t)
	editor := s.signedIn(t, account.Editor)
	for _, videos := range []string{"keep", "remove"} {
		film := s.addFilm(t, "A film")
		video := s.addVideo(t, "A film")
		editor.send(t, "POST", "/api/videos/"+video+"/film", map[string]any{"movieId": film.ID}).want(t, 200)
		key := catalog.FilmFolder(film.ID) + "poster-342.webp"
		if _, err := s.Blobs.Put(t.Context(), key, strings.NewReader("drawn"), 5); err != nil {
			t.Fatal(err)
		}
		me := editor.me(t)
		editor.send(t, "PUT", "/api/list/"+film.ID, nil).want(t, 204)
		editor.send(t, "DELETE", "/api/movies/"+film.ID+"?videos="+videos, nil).want(t, 204)
		for range 2 { // the job, once more
			if err := s.Films.Gone(t.Context(), catalog.FilmGone{FilmID: film.ID, Videos: videos == "remove"}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Blobs.Stat(t.Context(), key); err == nil {
			t.Error("its poster is there still")
		}
		got := editor.send(t, "GET", "/api/videos/"+video, nil)
		if videos == "remove" {
			got.want(t, 404)
		} else if v := read[Video](t, got); v.Film != nil && v.Film.MovieID != "" {
			t.Errorf("it is of %+v", v.Film)
		}
		list, err := s.Films.Opinions.MyList(t.Context(), catalog.Viewer{UserID: me.User.ID, ProfileID: me.Profile.ID}, nil, 10)
		if err != nil || len(list) != 0 {
			t.Errorf("a list holds %v, %v", list, err)
		}
	}
	// And of a video that is deleted its film knows at once.
	film, video := s.addFilm(t, "A film"), s.addVideo(t, "A film")
	s.Catalog.OnLeft(s.Films.Left)
	editor.send(t, "POST", "/api/videos/"+video+"/film", map[string]any{"movieId": film.ID}).want(t, 200)
	if got := read[Movie](t, editor.send(t, "GET", "/api/movies/"+film.ID, nil)); got.Video == nil {
		t.Fatal("it has no video")
	}
	editor.send(t, "DELETE", "/api/videos/"+video, nil).want(t, 204)
	if got := read[Movie](t, editor.send(t, "GET", "/api/movies/"+film.ID, nil)); got.Video != nil || len(got.Videos) != 0 {
		t.Errorf("it has %+v", got.Videos)
	}
}

func TestWhatAFilmTakesOfTheDiskIsShown(t *testing.T) {
	s := openSite(t)
	editor := s.signedIn(t, account.Editor)
	film, video := s.addFilm(t, "A film"), s.addVideo(t, "A film")
	editor.send(t, "POST", "/api/videos/"+video+"/film", map[string]any{"movieId": film.ID}).want(t, 200)
	for key, text := range map[string]string{"videos/" + video + "/a.m4s": "four", catalog.FilmFolder(film.ID) + "poster-1.webp": "three!"} {
		if _, err := s.Blobs.Put(t.Context(), key, strings.NewReader(text), int64(len(text))); err != nil {
			t.Fatal(err)
		}
	}
	use := read[MovieFiles](t, editor.send(t, "GET", "/api/movies/"+film.ID+"/videos", nil).want(t, 200))
	if of := int64(len(mp4) + 4); len(use.Items) != 1 || use.Items[0].Bytes != of || use.Bytes != of+6 {
		t.Errorf("it takes %+v", use)
	}
}

func TestVideosFromBeforeThereWereFilmsMeetTheirs(t *testing.T) {
	s := openSite(t)
	var met []string
	enqueued := func(job catalog.MeetFilm) { met = append(met, job.VideoID) }
	old, taken := s.addVideo(t, "Old"), s.addVideo(t, "Taken away")
	if err := s.Films.Detach(t.Context(), taken); err != nil {
		t.Fatal(err)
	}
	s.Films.Enqueue = collecting(enqueued)
	if err := s.Films.MeetStrays(t.Context(), catalog.Strays{}); err != nil {
		t.Fatal(err)
	}
	if len(met) != 1 || met[0] != old {
		t.Errorf("those that meet their films are %v, want %s", met, old)
	}
	if of := s.meets(t, old, ""); of.FilmID == "" || of.Part != catalog.Current {
		t.Errorf("it is %+v", of)
	}
}

func TestWatchingMovesAFilmUpTheTrend(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	var films []string
	for i := range 3 {
		film, video := s.addFilm(t, fmt.Sprintf("Film %d", i)), s.addVideo(t, "A video")
		if _, err := s.Films.Attach(t.Context(), video, catalog.Belonging{FilmID: film.ID}); err != nil {
			t.Fatal(err)
		}
		films = append(films, video)
	}
	trending := func() string {
		t.Helper()
		return read[MoviePage](t, viewer.send(t, "GET", "/api/movies?list=trending", nil)).Items[0].Title
	}
	_ = trending() // kept from now on
	me := viewer.me(t)
	who := catalog.Viewer{UserID: me.User.ID, ProfileID: me.Profile.ID}
	for range 3 { // a ticket that is renewed
		if err := s.Films.Began(t.Context(), who, films[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Films.Count(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := trending(); got != "Film 1" {
		t.Errorf("the first is %s", got)
	}
}
