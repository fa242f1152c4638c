# KKMovies: every command of the house. Each is safe to run twice and quick the second time.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run build dev test e2e budgets scaled bench fuzz lint contract screenshots setup-run setup-test

help: ## List these commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1|/' | \
		while IFS='|' read -r name what; do printf '  make %-11s %s\n' "$$name" "$$what"; done

run: ## Set up, build and start the whole platform with its demo library: http://localhost:8080
	@scripts/setup.sh run
	@exec scripts/run.sh

build: ## Build bin/kkmovies, one file with the web app inside
	@scripts/setup.sh build
	@scripts/build.sh

dev: ## Start the server and the web app with hot reload: http://localhost:5173
	@scripts/setup.sh run
	@exec scripts/dev.sh

test: ## Set up real engines and a browser, then run every check and every test
	@scripts/setup.sh test
	@exec scripts/check.sh lint go proofs web e2e budgets

e2e: ## Run the built binary in a real browser
	@scripts/setup.sh test
	@exec scripts/check.sh e2e

budgets: ## Measure the app in a browser and hold it to its budgets: Lighthouse, presses, scrolling, axe
	@scripts/setup.sh test
	@exec scripts/check.sh budgets

scaled: ## Run the scenarios on several processes, with PostgreSQL, Redis and S3
	@scripts/setup.sh test
	@exec scripts/check.sh scaled

lint: ## Check format, types, the import law and known mistakes, without running the tests
	@scripts/setup.sh lint
	@exec scripts/check.sh lint

contract: ## Write the API's OpenAPI document, who may use what, and the app's types
	@scripts/setup.sh lint
	@go run ./cmd/kkmovies openapi --access > docs/reference/access.md
	@go run ./cmd/kkmovies openapi > web/openapi.json
	@cd web && npm run --silent codegen

screenshots: ## Take a picture of every screen, in each width and language, to be looked at (FOLDER=where)
	@scripts/setup.sh run
	@exec scripts/screenshots.sh $(FOLDER)

bench: ## Measure: every Go benchmark (BENCH=name to choose)
	@scripts/setup.sh test
	@exec scripts/check.sh bench

fuzz: ## Fuzz every parser, a minute each (FUZZTIME=10m for longer, FUZZ=name to choose)
	@scripts/setup.sh test
	@exec scripts/fuzz.sh

setup-run: ## Install what `make run` needs, and stop
	@scripts/setup.sh run

setup-test: ## Install what the tests need (engines, browser, compiler), and stop
	@scripts/setup.sh test
