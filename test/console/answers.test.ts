import { expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'
import { type Browser, consoleScene } from './console-scene.ts'

const pay = counter('pay', { effect: 'once', approval: true })
const send = counter('send', { effect: 'once' })
const agent = defineAgent({ name: 'writer', instructions: '', tools: [pay.tool, send.tool] })

interface Call {
  readonly id: string
  readonly name: string
}

/** A job that waits for an answer about the call `a`, and two visitors with keys of their own. */
async function scene(tool: 'pay' | 'send', ...more: readonly Call[]) {
  const made = consoleScene([agent], new ListedModel(asks({ id: 'a', name: tool }, ...more), answer('Done.')))
  const [anna, bert] = [await made.signedIn('acme'), await made.signedIn('acme')]
  const headers = { authorization: `Bearer ${await made.app.key('acme')}`, 'content-type': 'application/json' }
  const { id } = (await (await made.app.post('/jobs', { agent: 'writer', input: 1 }, headers)).json()) as { id: string }
  if (tool === 'send') await made.app.interruptAfter(id, 'tool_call.started')
  await made.app.execute(id)
  const page = `/console/jobs/${id}`
  const say = (visitor: Browser, fields: Record<string, string>) => visitor.post(`${page}/calls/a/resolve`, fields)
  /** What the next page says of the answer. */
  const said = async (visitor: Browser, fields: Record<string, string>): Promise<string> => {
    expect((await say(visitor, fields)).to).toBe(page)
    return /role="status">([^<]*)</.exec((await visitor.get(page)).html)?.[1] ?? ''
  }
  return { ...made, id, page, say, said, anna, bert }
}

const LATE = 'Your answer changed nothing. What counts: '

test('who answers first decides, and who comes late reads what counts', async () => {
  const { said, anna, bert } = await scene('pay')
  expect(await said(anna, { outcome: 'approved' })).toBe('Your answer is recorded. The job goes on.')
  const counts = /^Your answer changed nothing. What counts: the call was approved by key \w+\.$/
  for (const fields of [{ outcome: 'rejected' }, { outcome: 'approved' }])
    expect(await said(bert, fields)).toMatch(counts)
  expect(await said(anna, { outcome: 'rejected', reason: 'No.' })).toMatch(counts)
})

test.each([
  [{ outcome: 'happened' }, 'it happened, as key'],
  [{ outcome: 'did_not_happen' }, 'it did not happen, as key'],
  [{ outcome: 'fail' }, 'the job was failed by key'],
])('of a call of unknown outcome, too: %j', async (first, counts) => {
  const { said, anna, bert } = await scene('send')
  expect(await said(anna, first)).toContain('Your answer is recorded.')
  const late = await said(bert, { outcome: first.outcome === 'happened' ? 'did_not_happen' : 'happened' })
  expect(late).toContain(first.outcome === 'fail' ? 'Your answer is recorded. The job is failed.' : LATE + counts)
})

test('a call that was made meanwhile, and a job that was canceled, say so', async () => {
  const made = await scene('pay')
  await made.said(made.anna, { outcome: 'approved' })
  await made.app.execute(made.id)
  expect(await made.said(made.bert, { outcome: 'rejected' })).toBe(`${LATE}the call has been made.`)
  const stopped = await scene('pay')
  await stopped.anna.post(`${stopped.page}/cancel`)
  expect(await stopped.said(stopped.bert, { outcome: 'approved' })).toBe(`${LATE}the job was canceled.`)
})

test('where more calls wait, it says how many', async () => {
  const { said, anna } = await scene('pay', { id: 'b', name: 'pay' })
  expect(await said(anna, { outcome: 'approved' })).toBe('Your answer is recorded. The job waits for 1 more answer.')
})

test.each<Record<string, string>>([{}, { outcome: '' }, { outcome: 'yes' }, { result: '1' }])(
  'a form without an answer records none: %j',
  async (fields) => {
    const { say, page, anna } = await scene('send')
    const refused = await say(anna, fields)
    expect([refused.status, refused.html.includes('Nothing was recorded.')]).toEqual([400, true])
    expect((await anna.get(page)).html).toContain('Did <code>send</code> happen?')
  },
)

test('a result that is no JSON comes back as it was written, with what is wrong beside it', async () => {
  const { say, anna } = await scene('send')
  const { status, html } = await say(anna, { outcome: 'happened', result: '{"sent": "<b>' })
  expect(status).toBe(400)
  expect(html).toMatch(/name="result"[^>]*value="{&quot;sent&quot;: &quot;&lt;b&gt;"[^>]*aria-invalid="true"/)
  expect(html).toMatch(/role="alert">\s*<p>The result is not JSON/)
})
