import { lingui } from '@lingui/vite-plugin'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { mockBackend } from './test/mock.ts'

// The server's Content-Security-Policy has no 'unsafe-inline' and no data: scripts, so nothing may be inlined.
export default defineConfig({
  plugins: [
    lingui({ macroTransform: true, failOnMissing: true, failOnCompileError: true }),
    react(),
    tailwindcss(),
    process.env.KK_DEV_MOCK ? mockBackend() : null,
  ],
  resolve: { tsconfigPaths: true },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        // What every screen needs and seldom changes stays in one file, cached across releases and better compressed.
        codeSplitting: {
          groups: [
            {
              name: 'vendor',
              priority: 2,
              test: /node_modules[\\/](react|react-dom|scheduler|use-sync-external-store|@tanstack|@lingui|openapi-fetch|zustand|blurhash)[\\/]/,
            },
            // Small pieces every screen shares compress better together than one by one.
            {
              name: 'shared',
              priority: 1,
              test: /src[\\/](ui[\\/](?!Doorway|Field)|lib|api[\\/](?!uploads|thumbnails)|app|i18n[\\/]index|features[\\/]library)/,
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

/** `KK_DEV_BACKEND=http://127.0.0.1:8080 npm run dev` puts hot reload in front of a running server. */
function backend(target: string | undefined) {
  if (!target) return undefined
  return {
    '/api': { target, ws: true },
    '/media': { target },
  }
}
