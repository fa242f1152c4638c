// A session without the door: its cookies, for a browser to begin with. Each browser has one of its own, as each device has.
export async function signedIn(home, email, password) {
  const answer = await fetch(new URL('/api/auth/login', home), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  if (!answer.ok) throw new Error(`signing in was answered ${answer.status}`)
  return answer.headers.getSetCookie().map((line) => {
    const [pair] = line.split(';')
    const [name] = pair.split('=', 1)
    const path = /path=([^;]+)/i.exec(line)?.[1] ?? '/'
    const { hostname: domain } = new URL(home)
    return { name, value: pair.slice(name.length + 1), domain, path, httpOnly: true, sameSite: 'Lax' }
  })
}
