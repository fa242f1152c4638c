// What is read aloud of the player to somebody who does not see it, from the browser's own accessibility tree: what each
// control is, how it is called and how it stands, in either language.
//
//   node aloud.mjs HOME EMAIL PASSWORD VIDEO
import assert from 'node:assert/strict'
import { nothingWrong, playsPast, run, shoot, visit } from './browser.mjs'
import { signIn } from './visitor.mjs'
import { words } from './words.mjs'

const [home, email, password, video] = process.argv.slice(2)

/** What is to be heard in each language. */
const texts = {
  en: {
    back: 'Back to the film', play: 'Play', pause: 'Pause', less: 'Back 10 seconds', more: 'Forward 10 seconds',
    mute: 'Mute', unmute: 'Unmute', volume: 'Volume', position: 'Position', settings: 'Settings', full: 'Full screen',
    at: /^10 seconds of (1 minute|59 seconds)$/, loud: /^\d+%$/, silent: /muted/,
    groups: ['Audio', 'Subtitles', 'Speed', 'Quality'], off: 'Off', normal: 'Normal', auto: /^Auto( \(\d+p\))?$/,
  },
  'pt-BR': {
    back: 'Voltar ao filme', play: 'Reproduzir', pause: 'Pausar', less: 'Voltar 10 segundos', more: 'Avançar 10 segundos',
    mute: 'Tirar o som', unmute: 'Ligar o som', volume: 'Volume', position: 'Posição', settings: 'Ajustes', full: 'Tela cheia',
    at: /^10 segundos de (1 minuto|59 segundos)$/, loud: /^\d+%$/, silent: /sem som/,
    groups: ['Áudio', 'Legendas', 'Velocidade', 'Qualidade'], off: 'Desligadas', normal: 'Normal', auto: /^Auto( \(\d+p\))?$/,
  },
}

await run(async (browser) => {
  for (const [locale, say] of Object.entries(texts)) {
    const { page, wrong } = await visit(browser, { locale })
    await signIn(page, home, email, password, words[locale])
    await page.goto(new URL(`/watch/${video}`, home).href)
    await playsPast(page, 1)
    const heard = await listener(page)
    await tellsControls(page, heard, say)
    await tellsWhatIsChosen(page, heard, say)
    nothingWrong(wrong)
    await page.context().close()
  }
})

/** Returns a way to hear the page: what is told of each thing there is to meet, in order. */
async function listener(page) {
  const tree = await page.context().newCDPSession(page)
  return async () => {
    const { nodes } = await tree.send('Accessibility.getFullAXTree')
    return nodes.filter(({ ignored }) => !ignored).map(({ role, name, value, properties = [] }) => {
      const stands = Object.fromEntries(properties.map((one) => [one.name, one.value.value]))
      return { role: role.value, name: name?.value ?? '', value: value?.value, ...stands }
    })
  }
}

function isControl({ role }) {
  return ['button', 'slider', 'link'].includes(role)
}

/** Waits until something is told so, since what is told follows what is seen by a moment. */
async function tells(page, heard, role, name, holds = () => true) {
  let all
  for (let tries = 0; tries < 100; tries++) {
    all = await heard()
    const found = all.find((one) => one.role === role && same(one.name, name) && holds(one))
    if (found) return found
    await page.waitForTimeout(50)
  }
  const told = all.filter((one) => isControl(one) || one.role === role)
  throw new Error(`not told: ${role} ${name} ${holds}\n${told.map((one) => JSON.stringify(one)).join('\n')}`)
}

function same(name, wanted) {
  return typeof wanted === 'string' ? name === wanted : wanted.test(name)
}

async function tellsControls(page, heard, say) {
  await page.keyboard.press('Shift')
  await tells(page, heard, 'button', say.pause)
  await page.keyboard.press('k')
  await tells(page, heard, 'button', say.play, ({ keyshortcuts }) => keyshortcuts === 'k')
  await page.evaluate(() => {
    document.querySelector('video').currentTime = 10
  })
  await tells(page, heard, 'slider', say.position, ({ valuetext }) => say.at.test(valuetext))
  for (const name of [say.back]) await tells(page, heard, 'link', name)
  for (const name of [say.less, say.more, say.mute, say.full]) await tells(page, heard, 'button', name)
  await tells(page, heard, 'button', say.settings, ({ expanded }) => expanded === false)
  await tells(page, heard, 'slider', say.volume, ({ valuetext }) => say.loud.test(valuetext))
  await page.keyboard.press('m')
  await tells(page, heard, 'button', say.unmute)
  await tells(page, heard, 'slider', say.volume, ({ valuetext }) => say.silent.test(valuetext))
  await page.keyboard.press('m')
  const nameless = (await heard()).filter((one) => isControl(one) && one.name.trim() === '')
  assert.deepEqual(nameless, [], 'what has no name')
  console.log((await heard()).filter(isControl).map(({ role, name, valuetext }) => [role, name, valuetext].filter(Boolean).join(' ')).join(' · '))
}

async function tellsWhatIsChosen(page, heard, say) {
  await page.getByRole('button', { name: say.settings }).press('Enter')
  await tells(page, heard, 'button', say.settings, ({ expanded }) => expanded === true)
  for (const name of say.groups) await tells(page, heard, 'group', name)
  const chosen = ({ pressed }) => pressed === true || pressed === 'true'
  const not = (one) => !chosen(one)
  await tells(page, heard, 'button', say.auto, chosen)
  await tells(page, heard, 'button', say.normal, chosen)
  await tells(page, heard, 'button', /^360p/, not)
  await page.getByRole('button', { name: /^360p/ }).press('Enter')
  await tells(page, heard, 'button', /^360p/, chosen)
  await tells(page, heard, 'button', say.auto, not)
  await tells(page, heard, 'button', say.off, chosen)
  const inSubtitles = page.getByRole('group', { name: say.groups[1], exact: true })
  await inSubtitles.getByRole('button', { name: 'English' }).press('Enter')
  await tells(page, heard, 'button', say.off, not)
  await inSubtitles.getByRole('button', { name: 'English', pressed: true }).waitFor()
  await page.getByText('The sea draws back.').waitFor()
  await shoot(page, 'aloud')
  await page.keyboard.press('Escape')
}
