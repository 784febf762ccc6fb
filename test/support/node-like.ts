/** What starts a file of ours, by runtime: Node, and what can be taken for it. */
export const NODE_LIKE = {
  node: [process.execPath],
  deno: ['node_modules/.bin/deno', 'run', '--allow-all', '--unstable-no-legacy-abort'],
  bun: ['node_modules/.bin/bun'],
} as const

export type NodeLikeName = keyof typeof NODE_LIKE
