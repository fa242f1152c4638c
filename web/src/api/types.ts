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
/** From and to, in seconds. */
export type Span = [from: number, to: number]
