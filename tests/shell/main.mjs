// The main job in the real window: a person of the sandbox enrols, closes the app, the state goes away, and the
// documents are there again behind the PIN. The keystore is the real one: without its entry the test fails.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { startDriver, until } from './driver.mjs'
import { coreLimit, isRoot, processesOf, search } from './memory.mjs'

const built = process.env.ACASA_BUILT
const world = process.env.ACASA_WORLD
const pictures = process.env.ACASA_PICTURES
const profile = join(world, 'profile')
const state = join(world, 'state')
const app = join(built, 'acasa-app')
const PIN = '482913'
const count = { passed: 0, failed: 0, skipped: 0 }

const test = async (name, body) => {
  try {
    await body()
    count.passed += 1
    console.log(`  ✓ ${name}`)
  } catch (error) {
    count.failed += 1
    console.log(`  ✗ ${name}\n    ${error.message}`)
  }
}

/** Looking into processes takes root, and `cargo build -p acasa-devhost --example search_memory`. */
const testAsRoot = (name, body) => {
  if (isRoot()) return test(name, body)
  count.skipped += 1
  console.log(`  - ${name}: only root may look into processes`)
}

/** Starts the sandbox and waits for the line it prints when it is ready. */
const startSandbox = async () => {
  const child = spawn(join(built, 'acasa'), ['sandbox', '--data', state], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ready = await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the sandbox ended')))
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ACASA_SANDBOX=')) resolve(line.slice('ACASA_SANDBOX='.length))
    })
  })
  const stop = () => new Promise((resolve) => (child.once('exit', resolve), child.kill('SIGINT')))
  return { ready, stop }
}

/** Presses the first button or link whose whole text is one of these. */
const pressText = (window, ...texts) =>
  until(`press ${texts[0]}`, () =>
    window.run(
      `const found = [...document.querySelectorAll('button, a, label')].find((e) => arguments[0].includes(e.innerText.trim()) && !e.disabled && e.getAttribute('aria-disabled') !== 'true' && e.getClientRects().length)
       if (found) found.click()
       return Boolean(found)`,
      texts,
    ),
  )

/** The page looks for itself: what it told the driver would lie in the memory that is searched. */
const seeText = (window, text, seconds) =>
  until(`see ${text}`, () => window.run('return document.body.innerText.includes(arguments[0])', text), seconds)

const keep = async (window, name) => {
  if (pictures) await window.picture(join(pictures, `${name}.png`))
}

/** What is secret in the memory of the core and of the web engine, once their connections had a moment to close. */
const memory = async (name) => {
  const { core, web } = processesOf(app, profile)
  assert.ok(core && web.length > 0, 'the processes are found')
  const look = () => search(built, { profile, state, pin: PIN, ids: [core, ...web] })
  let found = look()
  const end = Date.now() + 5000
  while (name === 'locked' && found[core].found.length > 0 && Date.now() < end) found = look()
  const named = { core: found[core].found, web: [...new Set(web.flatMap((id) => found[id].found))] }
  for (const [process, names] of Object.entries(named)) console.log(`    ${name}, ${process}: ${names.join(', ') || 'nothing'}`)
  return named
}

/** Locks, and says what is left. What the web engine may hold is in docs/SECURITY.md; keys and tokens never. */
const lockAndSearch = async () => {
  await window.run(`location.hash = '#/'`)
  await pressText(window, 'Blocați')
  await window.see('input[autocomplete="current-password"]')
  const { core, web } = await memory('locked')
  assert.deepEqual(core, [])
  assert.deepEqual(web.filter((name) => /key|KEK|token|secret/.test(name)), [])
}

const sandbox = await startSandbox()
process.env.ACASA_SANDBOX = sandbox.ready
const driver = await startDriver()
let window

await test('the window opens and asks for a language', async () => {
  window = await driver.open(app, ['--profile', profile])
  await seeText(window, 'Bun venit')
  await keep(window, 'welcome')
})

await test("the window's menu zooms by its key and back", async () => {
  const width = () => window.run('return window.innerWidth')
  const press = (key) => execFileSync('xdotool', ['key', '--clearmodifiers', key])
  const whole = await width()
  const [id] = execFileSync('xdotool', ['search', '--onlyvisible', '--name', 'Acas']).toString().trim().split('\n').slice(-1)
  execFileSync('xdotool', ['windowfocus', id])
  press('ctrl+equal')
  await until('a larger page', async () => (await width()) === Math.round(whole / 1.25))
  press('ctrl+0')
  await until('the usual size', async () => (await width()) === whole)
})

await test('the page cannot reach the network', async () => {
  const refused = await window.run(
    `return fetch('${JSON.parse(sandbox.ready).gateway}/health').then(() => false, () => true)`,
  )
  assert.equal(refused, true)
})

await test('a person of the sandbox enrols and receives documents', async () => {
  await pressText(window, 'Încercați cu o persoană de probă')
  await window.press('main ul button')
  await until('consent', () => window.run(`const b = [...document.querySelectorAll('button')].find((e) => e.innerText.trim().startsWith('Primiți')); if (b) b.click(); return Boolean(b)`))
  await window.type('input[autocomplete="new-password"]', PIN)
  await seeText(window, 'Repetați PIN-ul')
  await window.type('input[autocomplete="new-password"]', PIN)
  await seeText(window, 'Primim documentele')
  await pressText(window, 'Continuați')
  await keep(window, 'received')
})

await test('the keystore holds the device secret', () => {
  const found = execFileSync('secret-tool', ['search', '--all', 'service', 'md.gov.acasa'], { stdio: ['ignore', 'pipe', 'pipe'] })
  assert.match(found.toString(), /device-secret/)
})

await test('the app verifies its own code and shows the other side', async () => {
  await pressText(window, 'Arată și verifică')
  await seeText(window, 'Autentic')
  await keep(window, 'try-it')
  await pressText(window, 'Am înțeles')
})

await test('no crash of the core may write its memory to the disk', () => {
  assert.equal(coreLimit(processesOf(app, profile).core), '0')
})

await testAsRoot('while the vault is open the search finds what must be there', async () => {
  const { core } = await memory('open')
  for (const name of ['the wrapping key', 'the IDNP']) assert.ok(core.includes(name), name)
  assert.ok(core.some((name) => /refresh token/.test(name)))
})

await testAsRoot('locked after enrolling, the core holds no key, token, PIN or document', lockAndSearch)

await test('with the state gone, a new start asks for the PIN and shows the documents', async () => {
  await window.close()
  await sandbox.stop()
  window = await driver.open(app, ['--profile', profile])
  await window.type('input[autocomplete="current-password"]', PIN)
  await seeText(window, 'Blocați')
  await until('the portrait', () => window.run(`const i = document.querySelector('main img'); return Boolean(i && i.complete && i.naturalWidth > 0)`))
  await keep(window, 'home')
  await window.run(`location.hash = '#/documents'`)
  // Home has links too, which are there until the other screen is.
  await until('documents', () => window.run(`return [...document.querySelectorAll('main li a')].some((e) => e.hash.startsWith('#/document/'))`))
  await keep(window, 'documents')
})

await test('a document is shown as a code with the state gone', async () => {
  await window.run(`[...document.querySelectorAll('main li a')].find((e) => e.hash.startsWith('#/document/')).click()`)
  await until('the document', () => window.run(`return location.hash.startsWith('#/document/')`))
  await pressText(window, 'Arată')
  await window.see('canvas')
  await keep(window, 'showing')
})

await test('the camera comes up, and its frames go to the core one after another', async () => {
  // WebKit's mock camera. A frame is taken only when the one before it was answered.
  await window.run(
    `window.taken = 0
     const take = CanvasRenderingContext2D.prototype.getImageData
     CanvasRenderingContext2D.prototype.getImageData = function (...area) {
       window.taken += 1
       return take.apply(this, area)
     }
     location.hash = '#/scan'`,
  )
  await until('twenty frames', () => window.run('return window.taken > 20'))
  assert.equal(await window.run(`return document.querySelector('video').videoWidth`), 1280)
  assert.equal(await window.run(`return document.querySelectorAll('main [role="alert"]').length`), 0)
  await keep(window, 'camera')
})

await test('a link from another program brings its text to the scanner, where it is named', async () => {
  // As the system would: the program once more, with the link. It hands the link on and ends.
  execFileSync(app, ['--profile', profile, 'acasa://scan?text=https%3A%2F%2Fmpay-gov-md.example%2Fplata'], { timeout: 20_000 })
  await until('the scanner', () => window.run(`return location.hash === '#/scan'`))
  await seeText(window, 'Legătură web')
  await seeText(window, 'mpay-gov-md.example')
  await keep(window, 'linked')
})

await test('what is changed with the state gone waits, and says so', async () => {
  await window.run(`location.hash = '#/settings'`)
  await until('the switch', () => window.run(`const row = [...document.querySelectorAll('.switch')].find((e) => e.innerText.includes('SMS')); if (row) row.querySelector('input').click(); return Boolean(row)`))
  await window.run(`location.hash = '#/activity'`)
  await seeText(window, 'scrisorilor prin SMS')
  await seeText(window, 'Așteaptă')
  await keep(window, 'waiting')
})

await test('locking leaves nothing personal in the page', async () => {
  await window.run(`location.hash = '#/'`)
  await pressText(window, 'Blocați')
  await window.see('input[autocomplete="current-password"]')
  assert.doesNotMatch(await window.run('return document.documentElement.outerHTML'), /data:image\/jpeg/)
  await keep(window, 'locked')
})

await testAsRoot('unlocked and locked again, the core holds no key, token, PIN or document', async () => {
  await window.type('input[autocomplete="current-password"]', PIN)
  await seeText(window, 'Blocați')
  await lockAndSearch()
})

await window?.close()
driver.stop()
console.log(`shell: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
process.exitCode = count.failed > 0 ? 1 : 0
process.exit()
