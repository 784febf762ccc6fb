/** A signal that counts the listeners it has, and what stops it. */
export function countedSignal() {
  const controller = new AbortController()
  const { signal } = controller
  const listeners = new Set<unknown>()
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners.add(args[1])
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
    abort: (reason?: unknown) => {
      controller.abort(reason)
    },
  }
}
