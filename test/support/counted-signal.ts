/** A signal that counts the listeners it has, and what stops it. */
export function countedSignal() {
  const controller = new AbortController()
  const { signal } = controller
  const listeners = new Set<unknown>()
  let added = 0
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners.add(args[1])
    added++
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners.delete(args[1])
    remove(...args)
  }
  return {
    signal,
    /** How many listeners would hear an abort now. */
    listeners: () => listeners.size,
    added: () => added,
    abort: (reason?: unknown) => {
      controller.abort(reason)
    },
  }
}
