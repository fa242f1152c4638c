export type { EngineName } from './engine'
export type { Rung } from './ladder'
export { Player } from './Player'
