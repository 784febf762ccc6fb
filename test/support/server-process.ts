import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface ServerProcess {
  readonly url: string
  /** Everything it has printed so far. */
  output(): string
  /** Sends a signal to it and all that it started, and returns its exit code when it is gone. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>
}

export interface ServerCommand {
  readonly command: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
  /** Finds the address in what the server prints. */
  readonly ready: RegExp
}

/** Starts a server, without this process's settings, and waits until it says where it listens. */
export async function startServer({ command: [program, ...args], env, ready }: ServerCommand): Promise<ServerProcess> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(ERRAND|OPENAI|ANTHROPIC|NODE_OPTIONS|VITEST)/.test(name),
  )
  const child = spawn(program, args, {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let printed = ''
  const exited = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      printed += chunk.toString()
      const match = ready.exec(printed)
      if (match?.[1] !== undefined) resolve(match[1])
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('exit', (code) => {
      reject(new Error(`The server ended with code ${String(code)}:\n${printed}`))
    })
  })
  return {
    url,
    output: () => printed,
    kill: async (signal) => {
      signalGroup(child, signal)
      await exited
      return child.exitCode
    },
  }
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // Gone already.
  }
}
