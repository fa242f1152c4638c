export type { EngineName } from './engine'
export type { Rung } from './ladder'
export { type Chapter, Player } from './Player'
export { DeviceViewing } from './watching/viewing'
