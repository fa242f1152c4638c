/** Stands where something is loading, in its exact size, so nothing jumps when it comes. */
export function Skeleton({ className = '' }: { className?: string }) {
  return (
    <div aria-hidden className={`relative overflow-hidden bg-raised ${className}`}>
      <div className="absolute inset-0 animate-shimmer bg-linear-to-r from-transparent via-white/5 to-transparent" />
    </div>
  )
}
