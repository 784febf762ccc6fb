import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { AppError, ERROR_CODES, type ErrorCode } from '#domain/app-error.ts'
import { EXPLANATIONS } from '#domain/explanation/explanation.ts'
import { OF_STOPS, STOP_LABELS } from '#domain/explanation/of-stops.ts'
import type { EarlyStop } from '#domain/agent/next-step.ts'
import type { ModelReply } from '#ports/model.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'
import { type ConsoleScene, consoleScene } from './console-scene.ts'

// Each code and each early stop, as a job that was executed has stored it: its page says why and what to do.

class Failure extends AppError {
  readonly code: ErrorCode

  constructor(code: ErrorCode) {
    super(`What happened: ${code}.`)
    this.code = code
  }
}

const writer = defineAgent({ name: 'writer', instructions: '', tools: [counter('count').tool], maxIterations: 1 })

/** What a page says before the figures of the job, as it is read. */
async function firstWords({ app, browser }: ConsoleScene) {
  const { id } = (await (await app.post('/jobs', { agent: 'writer', input: 1 })).json()) as { id: string }
  await app.execute(id)
  const { status, html } = await browser().get(`/console/jobs/${id}`)
  const [head = ''] = html.slice(html.indexOf('<main')).split('<div class="tiles">')
  const { html: list } = await browser().get('/console/jobs')
  return { status, head, text: plain(head), list }
}

function plain(html: string): string {
  const text = html.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ')
  return text.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>')
}

/** A sentence of an explanation, as a page shows it. */
const shown = (sentence: string): string => sentence.replaceAll('`', '').replaceAll(/\s+/g, ' ')

test.each(ERROR_CODES)('%s: the page says what happened, what to do, and leads to what it means', async (code) => {
  const { head, text, list } = await firstWords(consoleScene([writer], new ListedModel(new Failure(code))))
  expect(text).toContain(`What happened: ${code}.`)
  expect(text).toContain(shown(EXPLANATIONS[code].remedy))
  expect(head).toContain(`href="/errors/${code}"`)
  expect(list).toContain(`href="/console/jobs?error=${code}"`)
})

test('a code of a newer release, which is only shown, has no remedy and no less of a page', async () => {
  const later = new Failure('spoken_of_tomorrow' as ErrorCode)
  const { status, text } = await firstWords(consoleScene([writer], new ListedModel(later)))
  expect(status).toBe(200)
  expect(text).toContain('What happened: spoken_of_tomorrow.')
})

const STOPS: Readonly<Record<EarlyStop, ModelReply>> = {
  max_iterations: asks({ id: 'a', name: 'count' }),
  length: { ...answer('A linen apron is'), finishReason: 'length' },
  content_filter: { ...answer('A linen apron is'), finishReason: 'content_filter' },
  other: { ...answer('A linen apron is'), finishReason: 'other' },
}

describe.each(Object.entries(STOPS) as [EarlyStop, ModelReply][])('%s', (reason, reply) => {
  test('the page says why the answer is not whole and what to do, and the list says so too', async () => {
    const { text, list } = await firstWords(consoleScene([writer], new ListedModel(reply)))
    expect(text).toContain(shown(OF_STOPS[reason]?.cause ?? 'no cause'))
    expect(text).toContain(shown(OF_STOPS[reason]?.remedy ?? 'no remedy'))
    expect(list).toContain(`>${STOP_LABELS[reason]}<`)
  })
})
