import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

const agent = new Agent({ keepAlive: true, maxSockets: 300 })

/** A request without the cost of `fetch`, which would be the load's and not the subject's. */
export async function ask<T>(method: 'GET' | 'POST', url: string, body?: unknown): Promise<T> {
  const json = body === undefined ? undefined : JSON.stringify(body)
  const headers =
    json === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }
  const response = await new Promise<Parameters<typeof text>[0]>((resolve, reject) => {
    request(url, { method, agent, headers }, resolve).on('error', reject).end(json)
  })
  return JSON.parse(await text(response)) as T
}

interface Job {
  readonly id: string
  readonly status: string
}

export interface Timing {
  readonly submitMs: number
  readonly doneMs: number
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Addresses of one system under load, with commas between them. Each request uses the next one. */
const at = (urls: string, turn: number): string => {
  const all = urls.split(',')
  return all[turn % all.length] ?? urls
}

const everLess = (waited: number): number => Math.min(250, Math.max(20, waited * 2))
const often = (): number => 1

/** Submits a job and polls until it is done. */
export async function oneJob(url: string, next: (waited: number) => number = everLess): Promise<Timing> {
  const begun = performance.now()
  const { id } = await ask<Job>('POST', `${url}/jobs`, { agent: 'bench', input: 'Look two things up, then answer.' })
  const submitMs = performance.now() - begun
  for (let wait = next(0); ; wait = next(wait)) {
    const { status } = await ask<Job>('GET', `${url}/jobs/${id}`)
    if (status === 'completed') return { submitMs, doneMs: performance.now() - begun }
    if (status === 'failed') throw new Error(`Job ${id} failed.`)
    await rest(wait)
  }
}

/** So many jobs from so many clients, each client one after the other. */
export async function manyJobs(
  urls: string,
  { jobs, clients }: { jobs: number; clients: number },
): Promise<readonly Timing[]> {
  const timings: Timing[] = []
  let left = jobs
  const client = async (_: unknown, turn: number): Promise<void> => {
    while (left-- > 0) timings.push(await oneJob(at(urls, turn), clients === 1 ? often : everLess))
  }
  await Promise.all(Array.from({ length: clients }, client))
  return timings
}

/** Submits so many jobs a second, without waiting for their ends. */
export async function steadyJobs(
  urls: string,
  { jobs, perSecond }: { jobs: number; perSecond: number },
): Promise<readonly Timing[]> {
  const begun = performance.now()
  const all = Array.from({ length: jobs }, async (_job, index) => {
    await rest(Math.max(0, begun + (index * 1000) / perSecond - performance.now()))
    return oneJob(at(urls, index), often)
  })
  return Promise.all(all)
}
