// Somebody who is signed in opens a page of another site, which has their browser send what
// it wants: forms that are submitted by navigating there, requests without an answer, pictures,
// links, and our own app in a frame. Nothing comes of any of it.
//
//   node forged.mjs HOME EMAIL PASSWORD EVIL… FILM
import assert from 'node:assert/strict'
import { run, visit } from './browser.mjs'
import { signIn } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password, ...rest] = process.argv.slice(2)
const film = rest.pop()
const writes = ['/api/auth/logout', `/api/videos/${film}/retry`, '/api/uploads', '/api/videos/upload', '/api/setup']

await run(async (browser) => {
  const { page } = await visit(browser)
  await signIn(page, home, email, password)
  for (const evil of rest) {
    for (const path of writes)
      for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
        await page.goto(evil)
        const [answer] = await Promise.all([
          page.waitForNavigation(),
          page.evaluate(
            ([action, enctype]) => {
              const form = Object.assign(document.createElement('form'), { method: 'POST', action, enctype })
              form.append(Object.assign(document.createElement('input'), { name: '{"a":"', value: '"}' }))
              document.body.append(form)
              form.submit()
            },
            [new URL(path, home).href, enctype],
          ),
        ])
        const problem = await answer.json()
        assert.deepEqual([answer.status(), problem.code], [403, 'cross_site'], `a form at ${evil} to ${path}`)
      }

    await page.goto(evil)
    const heard = await page.evaluate(
      async ([home, film]) => {
        const at = (path) => new URL(path, home).href
        const send = (path, init) => fetch(at(path), { credentials: 'include', ...init }).then((r) => r.type, () => 'refused')
        const heard = {
          blind: await send('/api/auth/logout', { method: 'POST', mode: 'no-cors' }),
          json: await send('/api/auth/logout', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }),
          remove: await send(`/api/videos/${film}`, { method: 'DELETE' }),
          read: await send('/api/me', {}),
        }
        await new Promise((done) => {
          document.body.append(Object.assign(new Image(), { src: at('/api/auth/logout'), onerror: done, onload: done }))
        })
        heard.framed = await new Promise((done) => {
          const frame = Object.assign(document.createElement('iframe'), { src: home })
          frame.onload = () => {
            try {
              done(frame.contentDocument ? 'readable' : 'closed')
            } catch {
              done('closed')
            }
          }
          document.body.append(frame)
        })
        return heard
      },
      [home, film],
    )
    assert.deepEqual(heard, { blind: 'refused', json: 'refused', remove: 'refused', read: 'refused', framed: 'closed' }, evil)
    const framed = page.frames().find((frame) => frame !== page.mainFrame())
    assert.ok(!framed.url().startsWith(home), `the app is shown in a frame of ${evil}: ${framed.url()}`)
  }

  await page.goto(home)
  await page.getByRole('button', { name: words.en.account }).waitFor() // still signed in
})
