// What the page asks first, asked before its program has been read: by then the answers are there.
(() => {
  const { invoke } = window.__TAURI_INTERNALS__
  const ask = (command) => {
    const answer = invoke(command, { arguments: {} })
    // Whoever waits for it hears of a failure.
    answer.catch(() => undefined)
    return answer
  }
  const answers = { app_state: ask('app_state'), vault_status: ask('vault_status') }
  Object.defineProperty(window, '__ACASA_EARLY__', { value: answers })
})()
