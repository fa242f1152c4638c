-- +goose Up

-- Films. What is looked for has a column, the rest is in the document; trend, version and the
-- times are what the columns say. An age of -1 is no rating: for who has no limit.
CREATE TABLE films (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version       BIGINT           NOT NULL,
    tmdb_id       BIGINT           UNIQUE,
    collection_id BIGINT,
    released      TEXT             NOT NULL,
    age           INTEGER          NOT NULL,
    popularity    DOUBLE PRECISION NOT NULL,
    trend         DOUBLE PRECISION NOT NULL,
    created_at    TIMESTAMPTZ      NOT NULL,
    updated_at    TIMESTAMPTZ      NOT NULL,
    document      TEXT             NOT NULL
);
CREATE INDEX films_by_updated ON films (updated_at, id);
CREATE INDEX films_by_collection ON films (collection_id, released, id) WHERE collection_id IS NOT NULL;

-- A row for each facet a film is in, and an index for each list: a page is a walk for each age
-- down one of them. These rows and those below come and go with their film, in one transaction;
-- that the engine should look for the film of each would cost a large import more than the rest.
CREATE TABLE film_facets (
    film_id   TEXT COLLATE "C" NOT NULL,
    facet     BIGINT           NOT NULL,
    age       INTEGER          NOT NULL,
    trending  DOUBLE PRECISION NOT NULL,
    popular   DOUBLE PRECISION NOT NULL,
    newest    DOUBLE PRECISION NOT NULL,
    top_rated DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (film_id, facet)
);
CREATE INDEX film_facets_by_trending ON film_facets (facet, age, trending, film_id);
CREATE INDEX film_facets_by_popular ON film_facets (facet, age, popular, film_id);
CREATE INDEX film_facets_by_newest ON film_facets (facet, age, newest, film_id);
CREATE INDEX film_facets_by_top_rated ON film_facets (facet, age, top_rated, film_id);

-- What a search reads of a film that it comes to: a table of little rows beside that of large
-- ones. Terms are what film_terms has of the film.
CREATE TABLE film_words (
    film_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    words   TEXT NOT NULL,
    terms   TEXT NOT NULL
);

-- What films are found by. Rank is the popularity as a number that orders alike, so that the
-- key alone is both ways there are: down the films of a term, and whether a film whose rank is
-- known holds another. It goes with its film in the same transaction; film_words says what to
-- look for.
CREATE TABLE film_terms (
    term    TEXT COLLATE "C" NOT NULL,
    rank    BIGINT  NOT NULL,
    film_id TEXT COLLATE "C" NOT NULL,
    age     INTEGER NOT NULL,
    PRIMARY KEY (term, rank, film_id, age)
);

-- Genres that a film came with; which of them hold one now, film_facets says.
CREATE TABLE genres (
    id    BIGINT NOT NULL PRIMARY KEY,
    name  TEXT   NOT NULL,
    facet BIGINT NOT NULL -- of all its films
);

-- What a profile has to do with a film, which may be kept elsewhere.
CREATE TABLE opinions (
    profile_id TEXT      NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    user_id    TEXT      NOT NULL, -- whose profile it is
    film_id    TEXT COLLATE "C" NOT NULL,
    listed_at  TIMESTAMPTZ,
    stars      INTEGER   NOT NULL DEFAULT 0,
    started_at TIMESTAMPTZ,
    liked_at   TIMESTAMPTZ, -- when it was last begun, or rated well
    PRIMARY KEY (profile_id, film_id)
);
CREATE INDEX opinions_by_listed ON opinions (profile_id, listed_at, film_id) WHERE listed_at IS NOT NULL;
CREATE INDEX opinions_by_liked ON opinions (profile_id, liked_at, film_id) WHERE liked_at IS NOT NULL;
CREATE INDEX opinions_by_started ON opinions (film_id, started_at, profile_id) WHERE started_at IS NOT NULL;
CREATE INDEX opinions_by_stars ON opinions (film_id, stars) WHERE stars > 0;

-- Which film a video is of; tmdb_id is the film's, on its current video alone.
ALTER TABLE videos ADD COLUMN film_id TEXT COLLATE "C";
ALTER TABLE videos ADD COLUMN part TEXT NOT NULL DEFAULT '';
ALTER TABLE videos ADD COLUMN edition TEXT NOT NULL DEFAULT '';
CREATE INDEX videos_by_film ON videos (film_id) WHERE film_id IS NOT NULL;
CREATE UNIQUE INDEX videos_by_current ON videos (film_id) WHERE part = 'current';

-- +goose Down

DROP INDEX videos_by_current;
DROP INDEX videos_by_film;
ALTER TABLE videos DROP COLUMN edition;
ALTER TABLE videos DROP COLUMN part;
ALTER TABLE videos DROP COLUMN film_id;
DROP TABLE opinions;
DROP TABLE genres;
DROP TABLE film_terms;
DROP TABLE film_words;
DROP TABLE film_facets;
DROP TABLE films;
