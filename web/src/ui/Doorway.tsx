import type { ReactNode } from 'react'
import { Logo } from './Logo'

/** The quiet room before the cinema: one column, one beam of light, one thing to do. */
export function Doorway({ title, intro, children }: { title: string; intro?: ReactNode; children: ReactNode }) {
  return (
    <main className="relative grid min-h-dvh place-items-center overflow-hidden px-6 py-16">
      <Beam />
      <div className="relative w-full max-w-[400px] animate-rise">
        <Logo className="text-lg" />
        <h1 className="mt-10 text-xl">{title}</h1>
        {intro && <p className="mt-3 text-soft">{intro}</p>}
        <div className="mt-8">{children}</div>
      </div>
    </main>
  )
}

function Beam() {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 100 100"
      preserveAspectRatio="none"
      className="absolute inset-x-[-20%] top-0 h-full w-[140%] opacity-70"
    >
      <defs>
        <linearGradient id="beam" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#f2a541" stopOpacity="0.26" />
          <stop offset="0.55" stopColor="#f2a541" stopOpacity="0.06" />
          <stop offset="1" stopColor="#f2a541" stopOpacity="0" />
        </linearGradient>
        <filter id="soft" x="-30%" y="-10%" width="160%" height="120%">
          <feGaussianBlur stdDeviation="2.2" />
        </filter>
      </defs>
      <path d="M49.6 -4 L50.4 -4 L84 100 L16 100 Z" fill="url(#beam)" filter="url(#soft)" />
    </svg>
  )
}
