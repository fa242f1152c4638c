package poster

import (
	"image/png"
	"os"
	"testing"
	"time"
)

func TestScratch(t *testing.T) {
	ds := map[string]Design{
		"bunny":    {Style: CutPaper, Title: []string{"Big Buck", "Bunny"}, Face: Recorte, Credit: "Blender Foundation", Year: "2008", Palette: [4]Color{RGB(0xF3E9D2), RGB(0x3F8F5B), RGB(0xF28C38), RGB(0xA79BB8)}, Seed: 7},
		"palafita": {Style: Silhouette, Title: []string{"Palafita"}, Face: InstrumentSerif, Credit: "Um curta de Inês Carvalhal", Year: "2019", Palette: [4]Color{RGB(0x0A2E36), RGB(0x4FA3A0), RGB(0xF5EBCF), RGB(0xFFB347)}, Seed: 3},
		"compasso": {Style: Swiss, Title: []string{"Compasso"}, Face: Archivo, Credit: "Um curta de Otto Varella", Year: "2022", Palette: [4]Color{RGB(0xE03A22), RGB(0x15110F), RGB(0xF6EFE2), RGB(0xF6EFE2)}, Seed: 1},
		"nevoas":   {Style: Horizon, Title: []string{"Sete", "Névoas"}, Face: DMSerif, Credit: "Um curta de Joana Prestes", Year: "2021", Palette: [4]Color{RGB(0x3F5F86), RGB(0xE9C7B0), RGB(0x14263F), RGB(0xFFD9A8)}, Seed: 5},
		"oito":     {Style: Number, Numeral: "8", Title: []string{"Oito minutos"}, Face: Anton, Credit: "Um curta de Davi Sorrentino", Year: "2023", Palette: [4]Color{RGB(0x120807), RGB(0xA31D12), RGB(0xF4701B), RGB(0xFFD46B)}, Seed: 11},
		"ondas":    {Style: Halftone, Title: []string{"Ondas", "Curtas"}, Face: Syne, Credit: "Um curta de Lia Monteiro", Year: "2018", Palette: [4]Color{RGB(0xF2ECDF), RGB(0xFF5C8A), RGB(0x2A46D8), RGB(0x2A46D8)}, Seed: 13},
		"weather":  {Style: Field, Title: []string{"SLOW", "WEATHER"}, Face: Jost, Credit: "A short by Maeve Okafor", Year: "2024", Palette: [4]Color{RGB(0x06352F), RGB(0x1F9E78), RGB(0xC9F2D6), RGB(0xF3F7EC)}, Seed: 17},
	}
	only := os.Getenv("ONLY")
	for n, d := range ds {
		if only != "" && only != n {
			continue
		}
		t0 := time.Now()
		img := d.Poster()
		t.Log(n, "poster", time.Since(t0))
		f, _ := os.Create("/tmp/demo-dev/out/" + n + ".png")
		png.Encode(f, img)
		f.Close()
		if os.Getenv("WIDE") != "" {
			t0 = time.Now()
			b := d.Backdrop()
			t.Log(n, "backdrop", time.Since(t0))
			f, _ = os.Create("/tmp/demo-dev/out/" + n + "-wide.png")
			png.Encode(f, b)
			f.Close()
		}
	}
}
