/** How much was seen, along the foot of what it is of. */
export function Seen({ share }: { share: number }) {
  return (
    <span aria-hidden="true" className="absolute inset-x-0 bottom-0 h-[3px] bg-black/15">
      <span
        className="block h-full origin-left bg-accent transition-transform"
        style={{ transform: `scaleX(${share})` }}
      />
    </span>
  )
}
