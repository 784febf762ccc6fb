// A storm of webhooks: orders of a shop, each delivered twice and out of order, from 50 connections. How long each answer
// takes, which leaves when the job is durable. `npm run bench:webhooks` A table on stderr, and one line of JSON on stdout.

import { deliverAll, shopMessages } from '#test/support/shop-storm.ts'
import { ask } from './load.ts'
import { percentile } from './measure.ts'
import { readOptions } from './options.ts'
import { Subject, script } from './subject.ts'
import { SUBJECTS } from './subjects.ts'

const values = readOptions('Measures how long a webhook takes to answer in a storm of events.', {
  events: { type: 'string', default: '1000', help: 'events; each is delivered twice' },
  connections: { type: 'string', default: '50', help: 'connections of the sender' },
  rounds: { type: 'string', default: '3', help: 'rounds; their median is shown' },
  subjects: { type: 'string', default: 'sqlite,postgres', help: 'what to measure, with commas between' },
})
const events = Number(values.events)
const connections = Number(values.connections)

interface Figures {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly mostMs: number
  readonly deliveriesPerSecond: number
  readonly cpuMsPerEvent: number
}

async function measure(subject: Subject): Promise<Figures> {
  const messages = await shopMessages(events)
  const cpuBefore = subject.cpuMs()
  const begun = performance.now()
  const times = await deliverAll(messages, { connections, url: () => subject.url })
  const seconds = (performance.now() - begun) / 1000
  const cpuMs = subject.cpuMs() - cpuBefore
  const { total } = await ask<{ readonly total: number }>('GET', `${subject.url}/jobs/counts`)
  if (total !== events) throw new Error(`${String(events)} events have led to ${String(total)} jobs.`)
  return {
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    mostMs: Math.max(...times),
    deliveriesPerSecond: times.length / seconds,
    cpuMsPerEvent: cpuMs / events,
  }
}

const model = await Subject.start(script('fake-model.ts'))
const results: (Figures & { readonly name: string })[] = []
for (const name of values.subjects.split(',')) {
  const prepare = SUBJECTS[name]?.(model.url)
  if (!prepare) throw new Error(`There is no subject "${name}": it is one of ${Object.keys(SUBJECTS).join(', ')}.`)
  const rounds: Figures[] = []
  for (let left = Number(values.rounds); left > 0; left--) {
    const subject = await Subject.start(prepare)
    rounds.push(await measure(subject))
    await subject.stop()
  }
  const middle = (of: keyof Figures): number =>
    percentile(
      rounds.map((round) => round[of]),
      0.5,
    )
  const figures = {
    name,
    p50Ms: middle('p50Ms'),
    p99Ms: middle('p99Ms'),
    mostMs: middle('mostMs'),
    deliveriesPerSecond: middle('deliveriesPerSecond'),
    cpuMsPerEvent: middle('cpuMsPerEvent'),
  }
  results.push(figures)
  const { p50Ms, p99Ms, mostMs, deliveriesPerSecond, cpuMsPerEvent } = figures
  process.stderr.write(
    `${name.padEnd(10)} answer p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms, at most ${mostMs.toFixed(0)} ms · ` +
      `${deliveriesPerSecond.toFixed(0)} deliveries/s · ${cpuMsPerEvent.toFixed(1)} ms CPU an event with its job\n`,
  )
}
await model.stop()
process.stdout.write(`${JSON.stringify({ events, connections, subjects: results })}\n`)
