export function Logo({ className = '' }: { className?: string }) {
  return (
    <span className={`inline-flex items-center gap-2 font-bold tracking-tight ${className}`}>
      <svg viewBox="0 0 14 18" aria-hidden="true" className="h-[0.8em] fill-accent">
        <path d="M0 0v18l14-9z" />
      </svg>
      KKMovies
    </span>
  )
}
