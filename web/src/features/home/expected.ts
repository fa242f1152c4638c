// How many films each profile went on with when this device last saw: what to keep a place for on the first page.
import { remember } from '@/lib/remember'

const counted = remember<Record<string, number>>('kk.going', {})

export const expected = (profileId: string): number => counted.get()[profileId] ?? 0

export function expect(profileId: string, films: number): void {
  if (expected(profileId) !== films) counted.set({ ...counted.get(), [profileId]: films })
}
