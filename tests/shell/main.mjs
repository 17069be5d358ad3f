// The main job in the real window: a person of the sandbox enrols, closes the app, the state goes away, and the
// documents are there again behind the PIN. The keystore is the real one: without its entry the test fails.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { startDriver, until } from './driver.mjs'

const built = process.env.ACASA_BUILT
const world = process.env.ACASA_WORLD
const pictures = process.env.ACASA_PICTURES
const profile = join(world, 'profile')
const app = join(built, 'acasa-app')
const PIN = '482913'
const count = { passed: 0, failed: 0 }

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

/** Starts the sandbox and waits for the line it prints when it is ready. */
const startSandbox = async () => {
  const child = spawn(join(built, 'acasa'), ['sandbox'], { stdio: ['ignore', 'pipe', 'inherit'] })
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

const seeText = (window, text, seconds) =>
  until(`see ${text}`, async () => (await window.text()).includes(text), seconds)

const keep = async (window, name) => {
  if (pictures) await window.picture(join(pictures, `${name}.png`))
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

await test('with the state gone, a new start asks for the PIN and shows the documents', async () => {
  await window.close()
  await sandbox.stop()
  window = await driver.open(app, ['--profile', profile])
  await window.type('input[autocomplete="current-password"]', PIN)
  await seeText(window, 'Blocați')
  await until('the portrait', () => window.run(`const i = document.querySelector('main img'); return Boolean(i && i.complete && i.naturalWidth > 0)`))
  await keep(window, 'home')
  await window.run(`location.hash = '#/documents'`)
  await until('documents', () => window.run(`return document.querySelectorAll('main li a').length > 0`))
  await keep(window, 'documents')
})

await test('a document is shown as a code with the state gone', async () => {
  await window.run(`document.querySelector('main li a').click()`)
  await pressText(window, 'Arată')
  await window.see('canvas')
  await keep(window, 'showing')
})

await test('locking leaves nothing personal in the page', async () => {
  await window.run(`location.hash = '#/'`)
  await pressText(window, 'Blocați')
  await window.see('input[autocomplete="current-password"]')
  assert.doesNotMatch(await window.run('return document.documentElement.outerHTML'), /data:image\/jpeg/)
  await keep(window, 'locked')
})

await window?.close()
driver.stop()
console.log(`shell: ${count.passed} passed, ${count.failed} failed, 0 skipped`)
process.exitCode = count.failed > 0 ? 1 : 0
process.exit()
