import { readFileSync, readdirSync } from 'node:fs'

const TICK_MS = 10

interface Process {
  readonly pid: number
  readonly parent: number
  readonly program: string
  /** User and system time of all its threads, and of its children that are gone. */
  readonly cpuMs: number
}

/** Of a process and all that it has started and that live. */
export function processesOf(root: number): readonly number[] {
  return tree(root).map(({ pid }) => pid)
}

/** User and system time so far of a process and all that it has started. */
export function cpuMsOf(root: number, { of }: Pick<OfPrograms, 'of'> = {}): number {
  return tree(root).reduce((sum, { program, cpuMs }) => sum + (of === undefined || program === of ? cpuMs : 0), 0)
}

/** Processes of these programs alone, or of all others; of all where no program is given. */
export interface OfPrograms {
  readonly of?: string
  readonly notOf?: string
}

/** Memory that is theirs alone or their share of, in KiB. */
export function memoryKibOf(root: number, { of, notOf }: OfPrograms = {}): number {
  const wanted = tree(root).filter(({ program }) => (of === undefined || program === of) && program !== notOf)
  return wanted.reduce((sum, { pid }) => {
    const pss = /^Pss:\s+(\d+)/m.exec(read(`/proc/${String(pid)}/smaps_rollup`))?.[1]
    return sum + Number(pss ?? 0)
  }, 0)
}

function tree(root: number): readonly Process[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? processAt(Number(name)) : []))
  const found = new Set([root])
  for (let before = 0; before < found.size;) {
    before = found.size
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid)
  }
  return all.filter(({ pid }) => found.has(pid))
}

function processAt(pid: number): readonly Process[] {
  const stat = read(`/proc/${String(pid)}/stat`)
  // The name of the program comes before, in parentheses, and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields.length < 15) return []
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  const program = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
  return [{ pid, parent: Number(fields[1]), program, cpuMs: ticks * TICK_MS }]
}

/** Empty for a process that is gone meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
