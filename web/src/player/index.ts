export type { EngineName } from './engine'
export type { Rung } from './ladder'
export { type Chapter, type Next, Player } from './Player'
export { DeviceViewing } from './watching/viewing'
