module github.com/kkmovies/kkmovies

go 1.26.0
