import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Age, Face } from '@/api/types'

export const faceNames: Record<Face, MessageDescriptor> = {
  comet: msg`Comet`,
  compass: msg`Compass`,
  kite: msg`Kite`,
  lantern: msg`Lantern`,
  mask: msg`Mask`,
  moon: msg`Moon`,
  owl: msg`Owl`,
  parrot: msg`Parrot`,
  reel: msg`Film reel`,
  sail: msg`Sail`,
  star: msg`Star`,
  wave: msg`Wave`,
}

export const limits: Age[] = [null, 0, 10, 12, 14, 16, 18]
