package catalog

import (
	"hash/fnv"
	"strings"
)

// Genre is one kind of film. Ids are TMDB's where it has the genre; others have one made of
// their name, so that every node and every import gives the same.
type Genre struct {
	ID   int64  `json:"id"`
	Name string `json:"name"` // as it came; GenreName tells it in a language
}

// genreNames are TMDB's genres of films, in the languages of the house.
var genreNames = map[int64]map[string]string{
	28:    {"en": "Action", "pt-BR": "Ação"},
	12:    {"en": "Adventure", "pt-BR": "Aventura"},
	16:    {"en": "Animation", "pt-BR": "Animação"},
	35:    {"en": "Comedy", "pt-BR": "Comédia"},
	80:    {"en": "Crime", "pt-BR": "Crime"},
	99:    {"en": "Documentary", "pt-BR": "Documentário"},
	18:    {"en": "Drama", "pt-BR": "Drama"},
	10751: {"en": "Family", "pt-BR": "Família"},
	14:    {"en": "Fantasy", "pt-BR": "Fantasia"},
	36:    {"en": "History", "pt-BR": "História"},
	27:    {"en": "Horror", "pt-BR": "Terror"},
	10402: {"en": "Music", "pt-BR": "Música"},
	9648:  {"en": "Mystery", "pt-BR": "Mistério"},
	10749: {"en": "Romance", "pt-BR": "Romance"},
	878:   {"en": "Science Fiction", "pt-BR": "Ficção científica"},
	10770: {"en": "TV Movie", "pt-BR": "Cinema TV"},
	53:    {"en": "Thriller", "pt-BR": "Suspense"},
	10752: {"en": "War", "pt-BR": "Guerra"},
	37:    {"en": "Western", "pt-BR": "Faroeste"},
}

// firstOwnGenre is above every id of TMDB.
const firstOwnGenre = 1 << 20

// GenreOf returns the genre of a name in any language of the house.
func GenreOf(name string) Genre {
	name = strings.Join(strings.Fields(name), " ")
	for id, names := range genreNames {
		for _, known := range names {
			if strings.EqualFold(known, name) {
				return Genre{ID: id, Name: names[Languages[0]]}
			}
		}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(strings.ToLower(name)))
	return Genre{ID: firstOwnGenre + int64(h.Sum32()>>2), Name: name}
}

// GenreName tells a genre in a language: as it came where nobody has translated it.
func GenreName(g Genre, language string) string {
	if name := genreNames[g.ID][language]; name != "" {
		return name
	}
	return g.Name
}
