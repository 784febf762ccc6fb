import { type Timing, manyJobs, steadyJobs } from './load.ts'
import type { Subject } from './subject.ts'
import { syncsDuring } from './syncs.ts'

/** What a round says of a subject; `null` is what this machine could not measure. */
export interface Figures {
  readonly jobsPerSecond: number
  readonly cpuMsPerJob: number
  readonly peakMib: number
  readonly aloneP50Ms: number
  readonly aloneP99Ms: number
  /** At 10 jobs a second. */
  readonly submitP50Ms: number
  readonly submitP99Ms: number
  readonly doneP50Ms: number
  readonly doneP99Ms: number
  /** As fast as they go. */
  readonly busySubmitP50Ms: number
  readonly busySubmitP99Ms: number
  readonly busyDoneP50Ms: number
  readonly busyDoneP99Ms: number
  readonly syncsPerJobAlone: number | null
  readonly syncsPerJobBusy: number | null
  readonly startMs: number
  /** User and system time that the end of work takes. */
  readonly settlingCpuMs: number
  /** And after that, in a second without work. */
  readonly idleCpuMsPerSecond: number
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

const TRACED = 100
/** Connections of a pool end after ten seconds without work. */
const SETTLING_SECONDS = 12
/** Long enough for what comes every few seconds. */
const IDLE_SECONDS = 10

/** One after the other, then steadily, then as fast as they go, and some more of both while syncs are counted. */
export async function measure(
  subject: Subject,
  { jobs, clients, syncs }: { readonly jobs: number; readonly clients: number; readonly syncs: boolean },
): Promise<Figures> {
  const { url } = subject
  await manyJobs(url, { jobs: 200, clients: 20 })
  const alone = await manyJobs(url, { jobs: 100, clients: 1 })
  const steady = await steadyJobs(url, { jobs: 50, perSecond: 10 })
  const settlingCpuMs = await cpuWithoutWork(subject, SETTLING_SECONDS)
  const idleCpuMs = await cpuWithoutWork(subject, IDLE_SECONDS)
  const busy = await underLoad(subject, () => manyJobs(url, { jobs, clients }))
  const counted = async (count: number): Promise<number | null> => {
    const all = syncs ? await syncsDuring(subject, () => manyJobs(url, { jobs: TRACED, clients: count })) : null
    return all === null ? null : all / TRACED
  }
  const ms = (timings: readonly Timing[], name: keyof Timing, share: number): number =>
    percentile(
      timings.map((timing) => timing[name]),
      share,
    )
  return {
    jobsPerSecond: jobs / busy.seconds,
    cpuMsPerJob: busy.cpuMs / jobs,
    peakMib: busy.peakMib,
    aloneP50Ms: ms(alone, 'doneMs', 0.5),
    aloneP99Ms: ms(alone, 'doneMs', 0.99),
    submitP50Ms: ms(steady, 'submitMs', 0.5),
    submitP99Ms: ms(steady, 'submitMs', 0.99),
    doneP50Ms: ms(steady, 'doneMs', 0.5),
    doneP99Ms: ms(steady, 'doneMs', 0.99),
    busySubmitP50Ms: ms(busy.timings, 'submitMs', 0.5),
    busySubmitP99Ms: ms(busy.timings, 'submitMs', 0.99),
    busyDoneP50Ms: ms(busy.timings, 'doneMs', 0.5),
    busyDoneP99Ms: ms(busy.timings, 'doneMs', 0.99),
    syncsPerJobAlone: await counted(1),
    syncsPerJobBusy: await counted(clients),
    startMs: subject.startMs,
    settlingCpuMs,
    idleCpuMsPerSecond: idleCpuMs / IDLE_SECONDS,
  }
}

async function cpuWithoutWork(subject: Subject, seconds: number): Promise<number> {
  const before = subject.cpuMs()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  return subject.cpuMs() - before
}

async function underLoad(subject: Subject, work: () => Promise<readonly Timing[]>) {
  const cpuBefore = subject.cpuMs()
  let peakKib = 0
  const sampling = setInterval(() => {
    peakKib = Math.max(peakKib, subject.memoryKib())
  }, 200)
  const begun = performance.now()
  const timings = await work()
  const seconds = (performance.now() - begun) / 1000
  clearInterval(sampling)
  return { timings, seconds, cpuMs: subject.cpuMs() - cpuBefore, peakMib: peakKib / 1024 }
}
