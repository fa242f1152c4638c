#!/usr/bin/env bash
# Builds bin/kkmovies with the web app inside, its version taken from git.
source "$(dirname "$0")/env.sh"

scripts/web.sh
version=$(git describe --tags --always --dirty 2>/dev/null || echo unknown)
go build -trimpath -ldflags "-X $module/internal/app.Version=$version" -o bin/kkmovies ./cmd/kkmovies
