// A thin WebDriver client: what the tests of the real window need, and no more.
import { spawn, spawnSync } from 'node:child_process'
import { request as httpRequest } from 'node:http'
import { createServer } from 'node:net'

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'

/** A port that was free a moment ago. */
export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

/** Asks again and again until the answer is truthy; the last fault is told when time is up. */
export const until = async (what, ask, seconds = 30) => {
  const end = Date.now() + seconds * 1000
  let fault
  while (Date.now() < end) {
    try {
      const answer = await ask()
      if (answer) return answer
    } catch (error) {
      fault = error
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${what}: not within ${seconds} s${fault ? ` (${fault.message})` : ''}`)
}

/** Starts WebKitWebDriver and gives a function that opens windows. */
export const startDriver = async () => {
  // Tauri lets itself be driven only when it is told so.
  process.env.TAURI_WEBVIEW_AUTOMATION = 'true'
  const port = await freePort()
  const child = spawn('WebKitWebDriver', [`--port=${port}`, `--host=127.0.0.1`], { stdio: 'ignore' })
  const base = `http://127.0.0.1:${port}`
  await until('WebKitWebDriver', async () => (await ask(base, 'GET', '/status')).ok)
  return {
    open: (binary, args) => openWindow(base, binary, args),
    stop: () => child.kill(),
  }
}

/** One request on a connection of its own: WebKitWebDriver answers only the first on each. */
const ask = (base, method, path, body) =>
  new Promise((resolve, reject) => {
    const sent = body === undefined ? undefined : JSON.stringify(body)
    const headers = sent === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }
    const request = httpRequest(base + path, { method, headers, agent: false, timeout: 60_000 }, (response) => {
      const parts = []
      response.on('data', (part) => parts.push(part))
      response.on('end', () => resolve({ ok: response.statusCode < 300, body: Buffer.concat(parts).toString() }))
    })
    request.on('timeout', () => request.destroy(new Error(`${method} ${path}: no answer`)))
    request.on('error', reject)
    request.end(sent)
  })

const call = async (base, method, path, body) => {
  const answer = await ask(base, method, path, body)
  const { value } = JSON.parse(answer.body)
  if (!answer.ok) throw new Error(`${value?.error}: ${value?.message}`)
  return value
}

const openWindow = async (base, binary, args) => {
  const { sessionId } = await call(base, 'POST', '/session', {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args } } },
  })
  const session = `/session/${sessionId}`
  const run = (script, ...values) =>
    call(base, 'POST', `${session}/execute/sync`, { script, args: values })
  const find = async (selector) => (await call(base, 'POST', `${session}/element`, { using: 'css selector', value: selector }))[ELEMENT]
  const window = {
    run,
    text: () => run('return document.body.innerText'),
    /** Waits for something that can be seen. */
    see: (selector, seconds) =>
      until(selector, () => run('const e = document.querySelector(arguments[0]); return Boolean(e && e.getClientRects().length)', selector), seconds),
    press: async (selector) => {
      await window.see(selector)
      const id = await find(selector)
      await call(base, 'POST', `${session}/element/${id}/click`, {})
    },
    /** Presses the middle of the one of that number among those that can be seen; whether there was one. */
    tap: async (selector, number) => {
      const at = await run(
        `const seen = [...document.querySelectorAll(arguments[0])].filter((e) => e.getClientRects().length)
         const element = seen[arguments[1] % seen.length]
         element?.scrollIntoView({ block: 'center' })
         const box = element?.getBoundingClientRect()
         return box && { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) }`,
        selector,
        number,
      )
      if (!at) return false
      const finger = [{ type: 'pointerMove', duration: 0, ...at }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }]
      await call(base, 'POST', `${session}/actions`, { actions: [{ type: 'pointer', id: 'finger', actions: finger }] })
      return true
    },
    type: async (selector, text) => {
      await window.see(selector)
      const id = await find(selector)
      await call(base, 'POST', `${session}/element/${id}/value`, { text })
    },
    /** The whole screen: WebKitWebDriver's own screenshot never answers under a virtual display. */
    picture: async (file) => void spawnSync('import', ['-window', 'root', file]),
    close: () => call(base, 'DELETE', session).catch(() => undefined),
  }
  return window
}
