import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { addJobCommands } from '#adapters/cli/jobs/commands.ts'
import { Timeline } from '#adapters/cli/jobs/timeline.ts'
import { showLog, watchJob } from '#adapters/cli/jobs/watch-job.ts'
import { paintFor } from '#adapters/cli/paint.ts'
import { ErrandClient } from '#adapters/client/errand-client.ts'
import type { JobEvent } from '#adapters/client/types.ts'
import { EVENT_EXAMPLES } from '#adapters/http/wire/event-examples.ts'
import { ProjectScene } from '#test/support/project-scene.ts'
import { Command } from 'commander'

const scene = new ProjectScene()
let serverUrl: string

beforeAll(async () => {
  scene.project.write('agents/slogan.ts', AGENT)
  serverUrl = await scene.errand(['start']).printed(/Errand listens on (\S+)/)
})
afterAll(() => scene.end())

test('a command in the same project finds the server, on any port', async () => {
  expect(await scene.errand(['open', '--print']).printed(/(\S+)\/console/)).toBe(serverUrl)
})

const AGENT = `import { defineAgent, defineTool } from 'errand'
import * as z from 'zod'
const input = z.object({ product: z.string() })
const effect = 'read'
const look = defineTool({ name: 'look', description: '.', effect, input, run: () => ({ seen: '\\u009b2J' }) })
const send = defineTool({ name: 'send', description: '.', approval: true, input, run: ({ product }) => 'sent ' + product })
export const slogan = defineAgent({ name: 'slogan', instructions: '.', input, tools: [look, send] })
`

interface Ran {
  readonly code: number
  readonly out: string
  readonly notes: string
}

/** @param until ends the command once it has printed this. */
async function errand(args: readonly string[], until?: RegExp): Promise<Ran> {
  const ran = { code: 0, out: '', notes: '' }
  const interrupt = new AbortController()
  const program = new Command('errand').exitOverride()
  addJobCommands(program, {
    server: () => ({ serverUrl, apiKey: null }),
    print: (text) => {
      ran.out += text
      if (until?.test(ran.out)) interrupt.abort()
    },
    note: (text) => (ran.notes += text),
    exit: (code) => (ran.code = code),
    isTerminal: false,
    paint: paintFor(false),
    signal: interrupt.signal,
  })
  await program.parseAsync(['node', 'errand', ...args])
  return ran
}

/** The id of a job that waits for approval. */
async function waitingJob(): Promise<string> {
  const body = JSON.stringify({ agent: 'slogan', input: { product: 'wool socks' } })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${serverUrl}/jobs`, { method: 'POST', headers, body })
  const { id } = (await response.json()) as { readonly id: string }
  await errand(['watch', id], /waits for approval of/)
  return id
}

describe('the commands on jobs', () => {
  test('watch: follows a job to its end, also after an interrupt; approve lets it go on', async () => {
    const id = await waitingJob()
    const watched = await errand(['watch', id], /waits for approval of/)
    expect(watched.code).toBe(130)
    expect(watched.out).toMatch(
      /submitted to slogan by a program on this machine[^]*look returned[^]*waits for approval of send \(call_\w+\)/,
    )
    expect(watched.notes).toContain(`To come back: errand watch ${id}`)

    expect((await errand(['approve', id])).out).toMatch(new RegExp(`^${id} {2}\\w+ {2}slogan\n$`))
    const ended = await errand(['watch', id])
    expect([ended.code, ended.out]).toEqual([
      0,
      expect.stringMatching(/approved by a program on this machine[^]*completed\n$/),
    ])

    const events = (await errand(['watch', id, '--json'])).out.trim().split('\n')
    expect(events.map((line) => (JSON.parse(line) as JobEvent).event).at(-1)).toBe('job.completed')
  })

  test('logs: shows what was said and returned, without what would steer a terminal, and does not wait', async () => {
    const id = await waitingJob()
    const { out, notes } = await errand(['logs', id])
    expect(out).toMatch(/"product": "wool socks"[^]*"seen": "\uFFFD2J"/)
    expect(out).not.toContain('\u009b')
    expect(notes).toContain('The job has not ended.')
  })

  test('reject, cancel, retry and list', async () => {
    const id = await waitingJob()
    const waiting = (await errand(['list', '--status', 'waiting', '--limit', '1'])).out
    expect(waiting).toMatch(/waiting: approval {2}slogan {2}wool socks/)
    await errand(['reject', id, '--reason', 'Not now.'])
    expect((await errand(['logs', id])).out).toContain('send failed (rejection)')

    const other = await waitingJob()
    expect((await errand(['cancel', other])).out).toMatch(/canceled {2}slogan\n$/)
    const watched = await errand(['watch', other])
    expect([watched.code, watched.out]).toEqual([1, expect.stringMatching(/canceled\n$/)])
    const again = (await errand(['retry', other])).out.split('  ')[0] ?? ''
    expect(again).not.toBe(other)

    const listed = (await errand(['list', '--status', 'canceled', '--agent', 'slogan', '--limit', '1'])).out
    expect(listed).toMatch(new RegExp(`^ID .*\n${other} {2}canceled`))
    const used = (await errand(['usage', '--agent', 'slogan'])).out
    expect(used).toMatch(
      /\nslogan {2,}\d+ .*\$0\.00\n\nMODEL [^$]*\$0\.00\n\nCost from [\d-]+ to [\d-]+, in all: \$0\.00\n$/,
    )
    const since = ['usage', '--json', '--since', '2026-11-01', '--until', '2026-11-30']
    expect(JSON.parse((await errand(since)).out)).toMatchObject({ from: '2026-11-01', to: '2026-11-30' })
    const { parts } = JSON.parse((await errand(['usage', '--tag', 'none', '--json'])).out) as { parts: unknown[] }
    expect(parts).toHaveLength(7)
    await expect(errand(['usage', '--tag', 'none', '--model', 'a/b'])).rejects.toThrow('--until and --model cannot')
    expect((await errand(['list', '--search', 'none of these words'])).notes).toBe('There are no such jobs.\n')
    expect((await errand(['list', '--tag', 'none'])).notes).toBe('There are no such jobs.\n')
  })

  test('submit: takes tags, metadata and a key, which makes it the same job again', async () => {
    const args = ['submit', 'slogan', '--input', '{"product": "socks"}', '--tag', 'spring', 'sale']
    const keyed = [...args, '--metadata', '{"order": "1042"}', '--idempotency-key', 'order-1042']
    const { out, notes } = await errand(keyed)
    const id = out.split('  ')[0] ?? ''
    expect([out, notes]).toEqual([`${id}  queued  slogan\n`, `To follow it: errand watch ${id}\n`])
    const again = await errand([...keyed, '--json'])
    const job = { id, tags: ['spring', 'sale'], metadata: { order: '1042' } }
    expect([JSON.parse(again.out), again.notes]).toMatchObject([job, ''])
    await expect(errand([...args, '--metadata', 'order'])).rejects.toThrow('--metadata must be a JSON object')
  })

  test('submit --wait: follows the job, as watch does, and ends as it ends', async () => {
    const args = ['submit', 'slogan', '--input', '{"product": "socks"}', '--wait']
    const waited = await errand(args, /waits for approval of/)
    expect([waited.code, waited.out]).toEqual([130, expect.stringMatching(/^job_\w+ {2}queued[^]*submitted to slogan/)])
    const id = waited.out.split('  ')[0] ?? ''
    await errand(['cancel', id])
    const same = ['--idempotency-key', 'waits', '--json', '--delay', '3600']
    const { id: delayed } = JSON.parse((await errand([...args.slice(0, -1), ...same])).out) as { readonly id: string }
    await errand(['cancel', delayed])
    const ended = await errand([...args, ...same])
    expect([ended.code, JSON.parse(ended.out)]).toMatchObject([1, { id: delayed, status: 'canceled' }])
  })

  test.each([
    [['resolve', 'JOB', '--fail'], /is waiting and has no open question about a call/],
    [['resolve', 'JOB'], /Say one of --happened, --did-not-happen and --fail\./],
    [['resolve', 'JOB', '--fail', '--result', '1'], /--result goes with --happened/],
    [['approve', 'job_01M83QK8XSJ513P1WPKNW38GPN'], /There is no job/],
    [['retry', 'JOB'], /errand explain job_not_retryable/],
  ])('%j says what is wrong', async (args, said) => {
    const id = await waitingJob()
    await expect(errand(args.map((arg) => arg.replace('JOB', id)))).rejects.toThrow(said)
  })
})

test('retry of a job with an open call says which command answers for it', async () => {
  const calls = [{ callId: 'call_1', name: 'send' }]
  const detail = `Job job_1 ended with calls whose outcome is not known: ${JSON.stringify(calls)}.`
  const problem = { code: 'outcome_unknown', status: 409, detail }
  const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(Response.json(problem, { status: 409 }))
  const notes: string[] = []
  const program = new Command('errand').exitOverride()
  const world = { server: () => ({ serverUrl, apiKey: null }), note: (text: string) => notes.push(text) }
  const rest = { print: () => undefined, exit: () => undefined, isTerminal: false, paint: paintFor(false) }
  addJobCommands(program, { ...world, ...rest, signal: new AbortController().signal })
  await expect(program.parseAsync(['node', 'errand', 'retry', 'job_1'])).rejects.toThrow(/outcome is not known/)
  fetched.mockRestore()
  expect(notes.join('')).toContain('errand resolve job_1 --happened, --did-not-happen or --fail')
})

test('watch and logs say once where to read what a failure means, and what to do', async () => {
  const error = { code: 'model_failed', message: 'The account is empty.' } as const
  const at = '2026-11-28T10:00:00Z'
  const retry = { reason: 'retry', until: at, error } as const
  const waits = { id: 8, event: 'job.waiting', data: { at, wait: retry } } as const
  const failed = { id: 9, event: 'job.failed', data: { at, error } } as const
  for (const show of [watchJob, showLog]) {
    const errand = new ErrandClient({ baseUrl: serverUrl })
    vi.spyOn(errand, 'events').mockImplementation(async function* () {
      for (const event of [waits, waits, failed]) yield await Promise.resolve(event)
    })
    const said = { out: '', notes: '' }
    await show(
      {
        errand,
        print: (text) => (said.out += text),
        note: (text) => (said.notes += text),
        exit: () => undefined,
        isTerminal: false,
        paint: paintFor(false),
        signal: new AbortController().signal,
      },
      'job_1',
      {},
    )
    expect(said.out).toMatch(/failed: The account is empty\. \(model_failed\)\n$/)
    expect(said.notes).toBe('What that means, and what to do: errand explain model_failed\n')
  }
})

describe('the timeline', () => {
  const events = Object.entries(EVENT_EXAMPLES.job).map(([event, data]) => ({ id: 1, event, data }) as JobEvent)
  const silent = ['lease.renewed', 'text']

  test.each(events)('has a line for $event', (event) => {
    for (const detailed of [true, false]) {
      const line = new Timeline({ paint: paintFor(false), detailed }).line(event)
      if (silent.includes(event.event)) expect(line).toBeNull()
      else expect(line).toMatch(/^\d\d:\d\d:\d\d {2}(?!.*(?:undefined|NaN|\[object))\S/)
    }
  })

  test('says what a job that has completed lacks', () => {
    const data = { at: '2026-11-28T10:00:00Z', stopReason: 'length' } as const
    const line = new Timeline({ paint: paintFor(false), detailed: false }).line({ id: 1, event: 'job.completed', data })
    expect(line).toContain('completed. The answer is cut off: the model reached its limit of tokens. Raise')
  })

  test('has colours where they are shown, and one line for each event', () => {
    const data = { at: '2026-11-28T10:00:00Z', error: { code: 'model_failed', message: 'a\nb' } } as const
    const line = new Timeline({ paint: paintFor(true), detailed: false }).line({ id: 1, event: 'job.failed', data })
    expect(line).toMatch(/\u001B\[31mfailed: a b \(model_failed\)\u001B\[0m\n$/)
  })
})
