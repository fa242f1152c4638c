import { defineConfig } from '@lingui/cli'

// A room's sentences are loaded with its screens, so the first page carries only its own: see src/i18n/index.ts.
const rooms = {
  app: ['src/app', 'src/ui', 'src/lib', 'src/api', 'src/features/home'],
  later: ['src/app/later', 'src/features/preview'],
  catalogue: ['src/features/catalogue'],
  title: ['src/features/title'],
  importing: ['src/features/importing'],
  door: ['src/features/signin', 'src/features/signup', 'src/features/recovery', 'src/features/setup'],
  watch: ['src/features/watch', 'src/player'],
  history: ['src/features/history'],
  upload: ['src/features/upload'],
  account: ['src/features/account', 'src/features/profiles'],
  people: ['src/features/people', 'src/features/insight'],
}

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'pt-BR'],
  catalogs: Object.entries(rooms).map(([room, include]) => ({
    path: `<rootDir>/src/i18n/locales/${room}.{locale}`,
    include: include.map((folder) => `<rootDir>/${folder}`),
    exclude: ['**/*.test.*', ...(room === 'app' ? rooms.later.map((folder) => `<rootDir>/${folder}/**`) : [])],
  })),
  orderBy: 'origin',
})
