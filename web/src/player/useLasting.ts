import { useEffect, useState } from 'react'

/** Whether something has been so for this long without a break. */
export function useLasting(is: boolean, milliseconds: number): boolean {
  const [lasted, setLasted] = useState(false)
  useEffect(() => {
    if (!is) return
    const timer = setTimeout(() => setLasted(true), milliseconds)
    return () => {
      clearTimeout(timer)
      setLasted(false)
    }
  }, [is, milliseconds])
  return is && lasted
}
