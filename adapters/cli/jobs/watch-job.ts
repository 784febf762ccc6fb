import type { JobEvent } from '../../client/types.ts'
import { StatusLine } from '../batch/status-line.ts'
import { jsonLine } from '../json-text.ts'
import type { JobWorld, Output } from './job-world.ts'
import { Timeline } from './timeline.ts'

/** What a shell says of a command that the user has interrupted. */
const INTERRUPTED = 130
/** After so long without an event, a log has shown what is recorded. */
const QUIET_MS = 1000
const WIDTH = 76

/** Follows a job to its end. The exit code is 1 where it has not completed. */
export async function watchJob(world: JobWorld, jobId: string, output: Output): Promise<void> {
  const status = new StatusLine(world.isTerminal && output.json !== true ? world.note : null)
  await toItsEnd(world, jobId, async () => {
    try {
      return await followed(world, { jobId, output, status })
    } finally {
      status.clear()
    }
  })
}

/** @param work says whether the job has completed. */
export async function toItsEnd(
  { signal, note, exit }: JobWorld,
  jobId: string,
  work: () => Promise<boolean>,
): Promise<void> {
  try {
    if (!(await work())) exit(1)
  } catch (error) {
    if (!signal.aborted) throw error
    note(`The job goes on without this command. To come back: errand watch ${jobId}\n`)
    exit(INTERRUPTED)
  }
}

interface Following {
  readonly jobId: string
  readonly output: Output
  /** Shows what the model is writing. */
  readonly status: StatusLine
}

/** Whether the job has completed. */
async function followed(world: JobWorld, { jobId, output, status }: Following): Promise<boolean> {
  const show = shower(world, { ...output, detailed: false })
  const hints = new Hints()
  let text = ''
  let hasCompleted = false
  for await (const event of world.errand.events(jobId, { signal: world.signal })) {
    if (event.event === 'text') {
      text += event.data.text
      status.show(tailOf(text))
    } else {
      text = ''
      status.clear()
    }
    show(event)
    world.note(hints.once(explanation(event)))
    if (event.event === 'job.waiting') world.note(adviceOn(jobId, event.data.wait))
    hasCompleted = event.event === 'job.completed'
  }
  return hasCompleted
}

/** Shows what is recorded of a job, with all that was said and returned, and then what may be done about it. */
export async function showLog(world: JobWorld, jobId: string, output: Output): Promise<void> {
  const show = shower(world, { ...output, detailed: true })
  const ended = new AbortController()
  const hints = new Hints()
  let explanations = ''
  let answer = ''
  const events = world.errand.events(jobId, { signal: AbortSignal.any([world.signal, ended.signal]) })
  for (;;) {
    const next = events.next()
    const found = await Promise.race([next, quiet()])
    if (found === null) {
      // The stream of an unfinished job goes on, and is not wanted.
      next.catch(() => undefined)
      ended.abort()
      world.note(`${explanations}${answer}The job has not ended. To follow it: errand watch ${jobId}\n`)
      return
    }
    if (found.done) {
      world.note(explanations)
      return
    }
    const event = found.value
    show(event)
    explanations += hints.once(explanation(event))
    if (event.event === 'job.waiting') answer = adviceOn(jobId, event.data.wait)
  }
}

async function quiet(): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(resolve, QUIET_MS, null).unref()
  })
}

function shower({ print, paint }: JobWorld, { json = false, detailed }: Output & { readonly detailed: boolean }) {
  const timeline = new Timeline({ paint, detailed })
  return (event: JobEvent): void => {
    const line = json ? jsonLine(event) : timeline.line(event)
    if (line !== null) print(line)
  }
}

/** The end of what a model is writing, in one line without what could steer a terminal. */
function tailOf(text: string): string {
  return text
    .slice(-4 * WIDTH)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .slice(-WIDTH)
}

/** Hints, each said once, however often what it is about happens. */
class Hints {
  readonly #said = new Set<string>()

  once(hint: string): string {
    if (this.#said.has(hint)) return ''
    this.#said.add(hint)
    return hint
  }
}

/** Where more is said of a failure; `''` where there is none. */
function explanation({ event, data }: JobEvent): string {
  if (event === 'job.failed') return explain(data.error.code)
  return event === 'job.waiting' && data.wait.reason === 'retry' ? explain(data.wait.error.code) : ''
}

function explain(code: string): string {
  return `What that means, and what to do: errand explain ${code}\n`
}

/** What a person may do about a wait; `''` where nothing is to be done. */
function adviceOn(jobId: string, { reason }: Wait): string {
  if (reason === 'retry') return ''
  if (reason === 'approval') return `To answer: errand approve ${jobId}, or errand reject ${jobId}\n`
  if (reason === 'unknown_agent') return `It goes on when a server has its agent. To end it: errand cancel ${jobId}\n`
  return `To answer: errand resolve ${jobId} --happened, --did-not-happen or --fail\n`
}

type Wait = Extract<JobEvent, { event: 'job.waiting' }>['data']['wait']
