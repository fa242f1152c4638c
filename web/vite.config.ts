import { join, relative } from 'node:path'
import { lingui } from '@lingui/vite-plugin'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { mockBackend } from './test/mock.ts'

// The server's Content-Security-Policy has no 'unsafe-inline' and no data: scripts, so nothing may be inlined.
export default defineConfig({
  plugins: [
    lingui({ macroTransform: true, failOnMissing: true, failOnCompileError: true }),
    react(),
    tailwindcss(),
    plainColours(),
    whereSourcesWent(),
    nothingOfDevelopment(),
    process.env.KK_DEV_MOCK ? mockBackend() : null,
  ],
  resolve: {
    tsconfigPaths: true,
    // What the shim stands in for, React has had since 18.
    alias: [
      { find: 'use-sync-external-store/shim/with-selector', replacement: 'use-sync-external-store/with-selector' },
      { find: /^use-sync-external-store\/shim$/, replacement: 'react' },
    ],
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    manifest: true, // For scripts/worker.ts, which takes it away.
    rolldownOptions: {
      output: {
        // What every screen needs and seldom changes stays in one file, cached across releases and better compressed.
        codeSplitting: {
          groups: [
            {
              name: 'vendor',
              priority: 2,
              test: /node_modules[\\/](?!.*(infiniteQueryObserver|useInfiniteQuery|mutationObserver|useMutation|react-virtual|virtual-core))(react|react-dom|scheduler|use-sync-external-store|@tanstack|@lingui|openapi-fetch|blurhash)[\\/]/,
            },
            // Small pieces every screen shares compress better together than one by one.
            {
              name: 'shared',
              priority: 1,
              test: /src[\\/](ui[\\/](?!Doorway|Field|NewPassword|Dialog|Section|Select|Choices|signs|toast|Seen|Sentinel|Still|TimeLeft|ProgressBar|ListButton)|lib[\\/](?!ago|bytes|days|sparing)|api[\\/](?!uploads|thumbnails|subtitles|account|people|doors|entrance|videos|live|media|profiles|movies|editing|watch|notices|heat|insight|rum|visits|moments)|app[\\/](?!later)|i18n[\\/]index|features[\\/]home[\\/](?!OnTheWay|GoOn|Begun|useGlide))/,
            },
          ],
        },
      },
    },
  },
  server: { proxy: backend(process.env.KK_DEV_BACKEND) },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
    setupFiles: ['test/setup.ts'],
    restoreMocks: true,
    testTimeout: 20_000,
    pool: 'threads',
    isolate: false,
  },
})

/**
 * Tailwind says a translucent colour twice: as it is, then as a mix of a variable for who changes the variable, which
 * nobody does. The first is enough.
 */
function plainColours(): Plugin {
  const mixed = /@supports \(color:color-mix\(in lab, ?red, ?red\)\)\{(?:[^{}]*\{[^{}]*\})+\}/g
  return {
    name: 'plain-colours',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'asset' && file.fileName.endsWith('.css'))
          file.source = String(file.source).replace(mixed, '')
      }
    },
  }
}

/** Says which file each source went into, for scripts/worker.ts: the manifest names only those that have one of their own. */
function whereSourcesWent(): Plugin {
  return {
    name: 'where-sources-went',
    enforce: 'post',
    generateBundle(_, bundle) {
      const went = Object.values(bundle).flatMap((file) =>
        file.type === 'chunk' ? file.moduleIds.map((id) => [relative(import.meta.dirname, id), file.fileName]) : [],
      )
      this.emitFile({ type: 'asset', fileName: '.vite/went.json', source: JSON.stringify(Object.fromEntries(went)) })
    },
  }
}

/** A build that would ship a page of src/dev fails: they are for who works on the app. */
function nothingOfDevelopment(): Plugin {
  const room = join(import.meta.dirname, 'src/dev/')
  return {
    name: 'nothing-of-development',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        const shipped = file.type === 'chunk' && file.moduleIds.find((id) => id.startsWith(room))
        if (shipped)
          this.error(`${file.fileName} has ${shipped}: reach src/dev only where import.meta.env.DEV is asked`)
      }
    },
  }
}

/** `KK_DEV_BACKEND=http://127.0.0.1:8080 npm run dev` puts hot reload in front of a running server. */
function backend(target: string | undefined) {
  if (!target) return undefined
  return {
    '/api': { target, ws: true },
    '/media': { target },
  }
}
