package demo

import "strings"

// shorts are the films of Films, which can be played, as the catalogue tells them.
func shorts() []Title {
	more := map[string]entry{
		"big-buck-bunny": {genres: "Animation, Comedy, Family", directors: "Sacha Goedegebure", votes: 5200, mean: 6.9, popularity: 92,
			pt: text{tagline: "Três valentões. Um coelho. Nenhum arrependimento."}, en: text{tagline: "Three bullies. One rabbit. No regrets."}, language: "en", released: "2008-04-10"},
		"palafita": {genres: "Drama", directors: "Inês Carvalhal", votes: 320, mean: 7.4, popularity: 30,
			pt: text{tagline: "A luz sobe com a maré."}, en: text{tagline: "The light comes up with the tide."}},
		"compasso": {genres: "Animation, Music", directors: "Otto Varella", votes: 410, mean: 7.2, popularity: 27,
			pt: text{tagline: "E um, e dois."}, en: text{title: "Metronome", tagline: "And one, and two."}},
		"sete-nevoas": {genres: "Documentary", directors: "Joana Prestes", votes: 275, mean: 7.6, popularity: 26,
			pt: text{tagline: "Uma manhã, sem pressa."}, en: text{title: "Seven Mists", tagline: "One morning, unhurried."}},
		"oito-minutos": {genres: "Science Fiction", directors: "Davi Sorrentino", votes: 388, mean: 7.3, popularity: 31,
			pt: text{tagline: "Tudo o que você vê já aconteceu."}, en: text{title: "Eight Minutes", tagline: "Everything you see has already happened."}},
		"ondas-curtas": {genres: "Romance, Music, Animation", directors: "Lia Monteiro", votes: 301, mean: 7.5, popularity: 29,
			pt: text{tagline: "Alguém escuta?"}, en: text{title: "Short Waves", tagline: "Is anybody receiving?"}},
		"slow-weather": {genres: "Documentary", directors: "Maeve Okafor", votes: 260, mean: 7.1, popularity: 25, language: "en",
			pt: text{title: "Tempo Lento", tagline: "Previsão: verde."}, en: text{tagline: "Outlook: green."}},
	}
	var titles []Title
	for _, f := range Films() {
		e := more[f.Slug]
		e.slug, e.minutes = f.Slug, 1 // they last half a minute
		if e.language == "" {
			e.language = "pt-BR"
		}
		if e.released == "" {
			e.released = f.design.Year
		}
		for _, t := range []*text{&e.pt, &e.en} {
			if t.title == "" {
				t.title = f.Title
			}
		}
		e.pt.overview, e.en.overview = f.Overview.PT, f.Overview.EN
		if !strings.Contains(f.Credit, "KKMovies") {
			e.pt.overview += " " + f.Credit + "."
			e.en.overview += " " + f.Credit + "."
		}
		titles = append(titles, Title{Slug: f.Slug, entry: e, design: f.design})
	}
	return titles
}
