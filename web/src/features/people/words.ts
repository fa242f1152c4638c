import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Role } from '@/api/types'

export const roles: [role: Role, name: MessageDescriptor][] = [
  ['viewer', msg`Watches`],
  ['editor', msg`Watches and uploads`],
  ['admin', msg`Runs the house`],
]
