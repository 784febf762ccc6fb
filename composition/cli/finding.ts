import { jsonLine } from '#adapters/cli/json-text.ts'
import { withoutControls } from '#adapters/web/without-controls.ts'

/** By name: the author's own copy of the package may have thrown it. */
const FORESEEN = new Set(['DefinitionError', 'SettingsError', 'StartError'])

/** What a command has found out about a project. */
export interface Finding {
  readonly topic: 'config' | 'types' | 'agent' | 'worker' | 'data' | 'model' | 'callback' | 'server'
  /** "note" is no fault. */
  readonly result: 'ok' | 'note' | 'FAIL'
  readonly text: string
}

export interface FindingOutput {
  readonly print: (text: string) => void
  /** Whether each is a line of JSON. */
  readonly json: boolean
}

/** Prints findings as they come, a line each. Resolves to the exit code: 1 if one of them is a fault. */
export async function printFindings(findings: AsyncIterable<Finding>, { print, json }: FindingOutput): Promise<number> {
  let code = 0
  for await (const { topic, result, text } of findings) {
    if (result === 'FAIL') code = 1
    if (json) print(jsonLine({ topic, result, text }))
    else
      print(`${result.padEnd(5)} ${topic.padEnd(8)} ${withoutControls(text).replaceAll('\n', '\n               ')}\n`)
  }
  return code
}

/** What is wrong, for an author. Of a fault in their own code, the place is what matters. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return FORESEEN.has(error.name) ? error.message : (error.stack ?? error.message)
}
