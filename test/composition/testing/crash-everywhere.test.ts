import * as z from 'zod'
import { describe, expect, test } from 'vitest'
import { calls, says } from '#adapters/models/scripted-models.ts'
import { crashEverywhere } from '#composition/testing/crash-everywhere.ts'
import { type Agent, defineAgent } from '#domain/agent/agent.ts'
import { type ToolDefinition, defineTool } from '#domain/agent/tool.ts'

type Mail = Pick<ToolDefinition<{ to: string }>, 'effect' | 'run' | 'probe'>

function mailer(tool: Mail): Agent {
  const sendMail = defineTool({ name: 'send_mail', description: 'Send.', input: z.object({ to: z.string() }), ...tool })
  return defineAgent({ name: 'mailer', instructions: 'Send mails.', tools: [sendMail] })
}

const SENDS_TWO = [
  calls([{ name: 'send_mail', input: { to: 'ada' } }]),
  calls([{ name: 'send_mail', input: { to: 'bob' } }]),
  says('Sent.'),
]

/** A mail server, and what it knows of keys. */
class Outbox {
  readonly mails: string[] = []
  readonly keys = new Set<string>()

  send(to: string, key: string): null {
    this.mails.push(to)
    this.keys.add(key)
    return null
  }

  crash(tool: Mail) {
    return crashEverywhere({ agent: mailer(tool), input: null, model: SENDS_TWO, effects: () => this.mails })
  }
}

describe('crashEverywhere finds nothing wrong with', () => {
  test('an idempotent tool that heeds its key', async () => {
    const outbox = new Outbox()
    const report = await outbox.crash({
      effect: 'idempotent',
      run: ({ to }, { idempotencyKey: key }) => (outbox.keys.has(key) ? null : outbox.send(to, key)),
    })
    expect(report).toMatchObject({ problems: [], unknown: [] })
    // 3 model calls and 2 tool calls, and a commit around each.
    expect(report.points).toBeGreaterThanOrEqual(20)
    expect(report.runs).toBe(1 + 2 * report.points)
  })

  test('a once tool with a probe that tells the truth', async () => {
    const outbox = new Outbox()
    const report = await outbox.crash({
      effect: 'once',
      run: ({ to }, { idempotencyKey: key }) => outbox.send(to, key),
      probe: (_input, { idempotencyKey: key }) =>
        outbox.keys.has(key) ? { happened: true, output: null } : { happened: false },
    })
    expect(report).toMatchObject({ problems: [], unknown: [] })
  })

  test('a once tool without a probe, and names it, because a person is asked', async () => {
    const outbox = new Outbox()
    const report = await outbox.crash({
      effect: 'once',
      run: ({ to }, { idempotencyKey: key }) => outbox.send(to, key),
    })
    expect(report).toMatchObject({ problems: [], unknown: ['send_mail'] })
  })

  test('a tool that throws', async () => {
    const outbox = new Outbox()
    const report = await outbox.crash({
      effect: 'read',
      run: () => {
        throw new Error('No such person.')
      },
    })
    expect(report.problems).toEqual([])
  })
})

describe('crashEverywhere reports', () => {
  test('an idempotent tool that ignores its key', async () => {
    const outbox = new Outbox()
    const report = await outbox.crash({
      effect: 'idempotent',
      run: ({ to }, { idempotencyKey: key }) => outbox.send(to, key),
    })
    expect(report.problems).toContain('Died after the call of send_mail: the effect "ada" happened 2 times, not 1.')
  })

  test('a probe that denies what has happened', async () => {
    const outbox = new Outbox()
    const { problems } = await outbox.crash({
      effect: 'once',
      run: ({ to }, { idempotencyKey: key }) => outbox.send(to, key),
      probe: () => ({ happened: false }),
    })
    expect(problems).toContain(
      'Died after the call of send_mail: send_mail is a "once" tool, and one call of it was made 2 times.',
    )
  })

  test('a probe that claims what has not happened', async () => {
    const outbox = new Outbox()
    const { problems } = await outbox.crash({
      effect: 'once',
      run: ({ to }, { idempotencyKey: key }) => outbox.send(to, key),
      probe: () => ({ happened: true, output: null }),
    })
    expect(problems).toContain(
      'Died before the call of send_mail: the effect "ada" was lost; it happened 0 times, not 1.',
    )
  })
})

test('a job that does not complete undisturbed is no subject', async () => {
  const agent = mailer({ run: () => null })
  const tested = crashEverywhere({ agent, input: null, model: SENDS_TWO.slice(0, 1) })
  await expect(tested).rejects.toThrow('Without a crash the job ends as failed')
})
