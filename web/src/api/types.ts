// The names the rest of the app uses for what the server says; the generated schema stays behind this file.
import type { components } from './schema'

type Schemas = components['schemas']

export type Me = Schemas['Me']
export type Entered = Schemas['Entered']
export type Role = Me['user']['role']
export type Profile = Schemas['Profile']
export type Device = Schemas['Device']
export type User = Schemas['User']
export type Invitation = Schemas['OpenInvitation']
/** The name of a drawing; ui/Avatar draws it. */
export type Face = Profile['avatar']
/** An age of Brazil's classification; null is none. */
export type Age = Profile['maturityLimit']
export type Language = Profile['language']
export type Video = Schemas['Video']
export type VideoPage = Schemas['Page']
export type VideoReason = Schemas['VideoReason']
export type Rendition = Schemas['VideoRendition']
export type VideoSubtitle = Schemas['VideoSubtitle']
export type Upload = Schemas['Upload']
export type UploadPart = Schemas['UploadPart']
export type Stream = Schemas['Stream']
export type StreamRendition = Schemas['StreamRendition']
export type Artwork = Schemas['Artwork']
export type Movie = Schemas['Movie']
export type MovieCard = Schemas['MovieCard']
export type MoviePage = Schemas['MoviePage']
export type MovieVideo = Schemas['MovieVideo']
export type MovieFile = Schemas['MovieFile']
export type MovieGenre = Schemas['MovieGenre']
export type MovieText = Schemas['MovieText']
export type MovieChange = Schemas['ChangeMovieRequest']
export type MovieCandidate = Schemas['MovieCandidate']
export type MovieImport = Schemas['MovieImport']
export type HomeRow = Schemas['HomeRow']
export type Suggestion = Schemas['Suggestion']
export type Opinion = Schemas['Opinion']
/** What a browser measured. */
export type Measure = Schemas['Measure']
/** What a viewer lets be told elsewhere. */
export type Visit = Schemas['Visit']
/** From and to, in seconds. */
export type Span = [from: number, to: number]
