import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { HomeRow } from '@/api/types'
import { leadOf } from './lead'

type Case = { why: string; rows: HomeRow[]; leads: string | null }

/** The server holds itself to the same table. */
const table = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../internal/httpapi/testdata/leads.json'), 'utf8'),
) as { cases: Case[] }

test.each(table.cases)('$why', ({ rows, leads }) => {
  expect(leadOf(rows)?.id ?? null).toBe(leads)
})
