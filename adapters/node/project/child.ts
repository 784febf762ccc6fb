import { type ChildProcess, spawn } from 'node:child_process'

export interface ChildOptions {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs a script of Node in the foreground, with this process's signals, and resolves to its exit code. */
export async function runNode(script: string, { args, cwd, env }: ChildOptions): Promise<number> {
  const child = spawn(process.execPath, [script, ...args], { cwd, env, stdio: 'inherit' })
  const stop = forwardSignals((signal) => child.kill(signal))
  try {
    return await exitOf(child)
  } finally {
    stop()
  }
}

/** From now on a signal goes to `receive`, and does not end this process. Returns what undoes that. */
export function forwardSignals(receive: (signal: NodeJS.Signals) => void): () => void {
  for (const name of SIGNALS) process.on(name, receive)
  return () => {
    for (const name of SIGNALS) process.off(name, receive)
  }
}

/** @returns the exit code; 1 after a signal. */
async function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      resolve(code ?? 1)
    })
  })
}
