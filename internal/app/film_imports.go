package app

import (
	"strconv"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/catalog/metadata"
)

// newImports returns what brings films in.
func (h *house) newImports() *catalog.Imports {
	return catalog.NewImports(catalog.ImportsOptions{
		Store: h.db.Imports(), Films: h.films, Blobs: h.blobs, Read: readFilms, Logger: h.log,
		Merge: func(known, said catalog.Film) catalog.Film { return metadata.Merge(known, said, false) },
	})
}

// readFilms reads a file of films. What it tells without a language is in the first of the house.
func readFilms(source catalog.ImportSource, text []byte) (films []catalog.ImportedFilm, problems []catalog.ImportProblem, err error) {
	language := catalog.Languages[0]
	var report metadata.Report
	switch source {
	case catalog.FromCSV:
		var table metadata.Table
		table, err = metadata.CSV(text, language)
		report = table.Report
	case catalog.FromJSON:
		report, err = metadata.JSON(text, language)
	default:
		var one metadata.Draft
		if one, err = metadata.NFO(text, language); err == nil {
			report.Taken = []metadata.Draft{one}
		}
	}
	if err != nil {
		return nil, nil, err
	}
	for _, d := range report.Taken {
		films = append(films, catalog.ImportedFilm{Described: d.Described, Where: "line " + strconv.Itoa(d.Line)})
	}
	for _, s := range report.Out {
		problems = append(problems, catalog.ImportProblem{Where: "line " + strconv.Itoa(s.Line), What: s.Why})
	}
	return films, problems, nil
}
