// Package demo owns the demo catalogue: what its sixty films are called and told to be, how
// their pictures are drawn, and how the sources of the seven that can be played are made.
// It knows nothing of stores, HTTP or processes; of KKMovies it imports the plain words of
// catalog and its own poster package.
//
// Six films are made from nothing by ffmpeg's own sources and filters, so a fresh
// installation has something worth looking at without a download. The seventh is an
// excerpt of Big Buck Bunny, which is brought along as a file.
package demo

import (
	"fmt"
	"image/jpeg"
	"io"

	"github.com/kkmovies/kkmovies/internal/demo/poster"
)

// Film is one title of the demo library.
type Film struct {
	Slug     string
	Title    string
	Year     int
	Overview Text
	Credit   string // who made it and under which licence; shown wherever the film is
	Seconds  int
	External string // a file to be found in the demo folder; empty when SourceArgs makes the film

	design poster.Design
	source source
}

// Text is one sentence in both languages of the app.
type Text struct{ PT, EN string }

// Poster writes the 2:3 picture, 1000 x 1500, as JPEG. Drawing takes a third of a second
// and some 30 MB that are free again afterwards: draw one picture at a time.
func (f Film) Poster(w io.Writer) error { return f.write(w, f.design.Poster()) }

// Backdrop writes the 16:9 picture, 1920 x 1080 and without text, as JPEG.
func (f Film) Backdrop(w io.Writer) error { return f.write(w, f.design.Backdrop()) }

func (f Film) write(w io.Writer, p poster.Picture) error {
	if err := jpeg.Encode(w, p.RGBA, &jpeg.Options{Quality: 88}); err != nil {
		return fmt.Errorf("demo: picture of %s: %w", f.Slug, err)
	}
	return nil
}

// SourceArgs returns ffmpeg's arguments that make the film and write it to out as MP4:
// H.264 1280x720 at 24 frames a second, AAC stereo at 48 kHz. They read no input at all.
// Nil for a film that comes as a file.
func (f Film) SourceArgs(out string) []string {
	if f.External != "" {
		return nil
	}
	return f.source.args(f.Title, f.Seconds, out)
}

const (
	ours    = "KKMovies, Apache-2.0"
	blender = "© 2008 Blender Foundation, CC BY 3.0"
)

// Films returns the library in the order of its wall: no two neighbours share a style or
// a family of colour.
func Films() []Film {
	hex := poster.RGB
	return []Film{{
		Slug: "big-buck-bunny", Title: "Big Buck Bunny", Year: 2008, Seconds: 30,
		Overview: Text{
			PT: "Um coelho enorme e de bom coração acorda numa manhã perfeita, até que três valentões aparecem no bosque.",
			EN: "A very large and gentle rabbit wakes to a perfect morning, until three bullies turn up in the meadow.",
		},
		Credit: blender, External: "video.mp4",
		design: poster.Design{
			Style: poster.CutPaper, Face: poster.Recorte, Title: []string{"Big Buck", "Bunny"},
			Credit: "Blender Foundation", Year: "2008", Seed: 7,
			Palette: [4]poster.Color{hex(0xF3E9D2), hex(0x3F8F5B), hex(0xF28C38), hex(0xA79BB8)},
		},
	}, {
		Slug: "palafita", Title: "Palafita", Year: 2019, Seconds: 24,
		Overview: Text{
			PT: "Numa casa sobre a água, alguém espera a lua subir para acender a única janela.",
			EN: "In a house above the water, somebody waits for the moon to rise before lighting the only window.",
		},
		Credit: ours, source: palafita,
		design: poster.Design{
			Style: poster.Silhouette, Face: poster.InstrumentSerif, Title: []string{"Palafita"},
			Credit: "Um curta de Inês Carvalhal", Year: "2019", Seed: 3,
			Palette: [4]poster.Color{hex(0x0A2E36), hex(0x4FA3A0), hex(0xF5EBCF), hex(0xFFB347)},
		},
	}, {
		Slug: "compasso", Title: "Compasso", Year: 2022, Seconds: 24,
		Overview: Text{
			PT: "Um metrônomo, nove barras e treze pêndulos aprendem a contar juntos.",
			EN: "A metronome, nine bars and thirteen pendulums learn to count together.",
		},
		Credit: ours, source: compasso,
		design: poster.Design{
			Style: poster.Swiss, Face: poster.Archivo, Title: []string{"Compasso"},
			Credit: "Um curta de Otto Varella", Year: "2022", Seed: 1,
			Palette: [4]poster.Color{hex(0xE03A22), hex(0x15110F), hex(0xF6EFE2), hex(0xF6EFE2)},
		},
	}, {
		Slug: "sete-nevoas", Title: "Sete Névoas", Year: 2021, Seconds: 24,
		Overview: Text{
			PT: "O sol leva uma manhã inteira para atravessar sete serras e as névoas que dormem entre elas.",
			EN: "The sun takes a whole morning to cross seven ranges and the mists asleep between them.",
		},
		Credit: ours, source: seteNevoas,
		design: poster.Design{
			Style: poster.Horizon, Face: poster.DMSerif, Title: []string{"Sete", "Névoas"},
			Credit: "Um curta de Joana Prestes", Year: "2021", Seed: 5,
			Palette: [4]poster.Color{hex(0x3F5F86), hex(0xE9C7B0), hex(0x14263F), hex(0xFFD9A8)},
		},
	}, {
		Slug: "oito-minutos", Title: "Oito Minutos", Year: 2023, Seconds: 24,
		Overview: Text{
			PT: "A luz que chega agora saiu do sol há oito minutos. Um planeta passa na frente, sem pressa.",
			EN: "The light that arrives now left the sun eight minutes ago. A planet crosses it, in no hurry.",
		},
		Credit: ours, source: oitoMinutos,
		design: poster.Design{
			Style: poster.Number, Face: poster.Anton, Numeral: "8", Title: []string{"Oito minutos"},
			Credit: "Um curta de Davi Sorrentino", Year: "2023", Seed: 11,
			Palette: [4]poster.Color{hex(0x120807), hex(0xA31D12), hex(0xF4701B), hex(0xFFD46B)},
		},
	}, {
		Slug: "ondas-curtas", Title: "Ondas Curtas", Year: 2018, Seconds: 24,
		Overview: Text{
			PT: "Duas estações de rádio, uma rosa e uma azul, se procuram no meio da noite.",
			EN: "Two radio stations, one pink and one blue, look for each other in the middle of the night.",
		},
		Credit: ours, source: ondasCurtas,
		design: poster.Design{
			Style: poster.Halftone, Face: poster.Syne, Title: []string{"Ondas", "Curtas"},
			Credit: "Um curta de Lia Monteiro", Year: "2018", Seed: 13,
			Palette: [4]poster.Color{hex(0xF2ECDF), hex(0xFF5C8A), hex(0x2A46D8), hex(0x2A46D8)},
		},
	}, {
		Slug: "slow-weather", Title: "Slow Weather", Year: 2024, Seconds: 24,
		Overview: Text{
			PT: "Um tempo verde e sem vento, visto tão de perto que parece seda.",
			EN: "A green and windless weather, seen from so close that it looks like silk.",
		},
		Credit: ours, source: slowWeather,
		design: poster.Design{
			Style: poster.Field, Face: poster.Jost, Title: []string{"SLOW", "WEATHER"},
			Credit: "A short by Maeve Okafor", Year: "2024", Seed: 17,
			Palette: [4]poster.Color{hex(0x06352F), hex(0x1F9E78), hex(0xC9F2D6), hex(0xF3F7EC)},
		},
	}}
}
