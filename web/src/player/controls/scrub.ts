// A key that is held goes through the film ever faster: a step six times a second, which grows.
import { useEffect, useState } from 'react'

const keys = ['j', 'ArrowLeft', 'l', 'ArrowRight']
const pause = 150
const steps = [
  { after: 5000, seconds: 60 },
  { after: 2500, seconds: 30 },
  { after: 1000, seconds: 20 },
]

/** How far a step goes of a key that has been held for so many milliseconds, in seconds. */
export function stepAfter(held: number): number {
  return steps.find(({ after }) => held >= after)?.seconds ?? 10
}

/** The step of the key that is held now. What a keyboard repeats too often is kept from everybody. */
export function useScrub(): number {
  const [step, setStep] = useState(10)
  useEffect(() => {
    let began = 0
    let last = 0
    const pressed = (event: KeyboardEvent) => {
      if (!keys.includes(event.key) || isSlider(event.target)) return
      const now = performance.now()
      if (!event.repeat) {
        began = last = now
        setStep(stepAfter(0))
        return
      }
      if (now - last < pause) {
        event.stopImmediatePropagation()
        event.preventDefault()
        return
      }
      last = now
      setStep(stepAfter(now - began))
    }
    document.addEventListener('keydown', pressed, { capture: true })
    return () => document.removeEventListener('keydown', pressed, { capture: true })
  }, [])
  return step
}

const isSlider = (target: EventTarget | null) => target instanceof Element && target.closest('[role=slider]') !== null
