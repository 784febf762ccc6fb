import { join } from 'node:path'

const BIN = join(import.meta.dirname, '../../node_modules/.bin')

/** What starts a file of ours, by runtime: Node, and what can be taken for it. */
export const NODE_LIKE = {
  node: [process.execPath],
  deno: [join(BIN, 'deno'), 'run', '--allow-all', '--unstable-no-legacy-abort'],
  bun: [join(BIN, 'bun')],
} as const

export type NodeLikeName = keyof typeof NODE_LIKE
