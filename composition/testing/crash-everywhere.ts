import { ScriptedModels, type Script, type ScriptedAnswer } from '#adapters/models/scripted-models.ts'
import { checkInput } from '#application/agent/check-input.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { shown } from '#domain/agent/shown.ts'
import type { JsonValue } from '#domain/json/json.ts'
import { CrashRun, type RunOutcome, type RunSubject } from './crash-run.ts'

export interface CrashTest {
  readonly agent: Agent
  readonly input: JsonValue
  /**
   * The answers of the model: one for each call in turn, or a function of the request. A model call that a crash cuts
   * off is made again, so a function must answer the same request alike.
   */
  readonly model: readonly ScriptedAnswer[] | Script
  /**
   * The effects that the world has seen so far, each in words, such as one line for each mail in a test's outbox. The
   * kit reads them before and after each run, and compares what was added.
   */
  readonly effects?: () => readonly string[] | Promise<readonly string[]>
}

export interface CrashReport {
  /** The places where a process can die: before and after each commit, each model call and each tool call. */
  readonly points: number
  readonly runs: number
  /** What went wrong, a sentence each. A test expects none. */
  readonly problems: readonly string[]
  /** The tools of which a call was cut off so that a person had to say whether it happened. A `probe` avoids that. */
  readonly unknown: readonly string[]
}

/**
 * Runs an agent's job once undisturbed. Then runs it twice for each point where a process can die: with a death there,
 * and with a second one right after it. Reports each effect that happened twice or was lost.
 * @throws {Error} when the job does not complete undisturbed. {InvalidInputError} for an input that the agent refuses.
 */
export async function crashEverywhere({ agent, input, model, effects = () => [] }: CrashTest): Promise<CrashReport> {
  await checkInput(agent, input)
  const subject = { agent, input, models: new ScriptedModels({ crash: scriptOf(model) }) }
  const first = await observed(subject, [], effects)
  if (first.job.status !== 'completed')
    throw new Error(`Without a crash the job ends as ${first.job.status}: ${JSON.stringify(shown(first.job))}`)

  const problems = new Set<string>()
  const unknown = new Set<string>()
  let runs = 1
  for (let point = 1; point <= first.points; point++) {
    for (const deaths of [[point], [point, point + 1]]) {
      const run = await observed(subject, deaths, effects)
      runs++
      for (const problem of problemsOf(run, first)) problems.add(`Died ${run.deaths.join(', then ')}: ${problem}.`)
      for (const tool of run.unknown) unknown.add(tool)
    }
  }
  return { points: first.points, runs, problems: [...problems], unknown: [...unknown] }
}

type Counts = ReadonlyMap<string, number>
type Observed = RunOutcome & { readonly added: Counts }

async function observed(
  subject: RunSubject,
  deaths: readonly number[],
  effects: NonNullable<CrashTest['effects']>,
): Promise<Observed> {
  const before = counted(await effects())
  const outcome = await new CrashRun(subject, deaths).toTheEnd()
  const after = counted(await effects())
  const added = new Map([...after].map(([effect, times]) => [effect, times - (before.get(effect) ?? 0)]))
  return { ...outcome, added }
}

function problemsOf(run: Observed, first: Observed): readonly string[] {
  const names = new Set([...first.added.keys(), ...run.added.keys()])
  const miscounted = [...names].flatMap((effect) => {
    const [times, expected] = [run.added.get(effect) ?? 0, first.added.get(effect) ?? 0]
    if (times === expected) return []
    return [
      `the effect "${effect}" ${times > expected ? 'happened' : 'was lost; it happened'} ${inWords(times, expected)}`,
    ]
  })
  const repeated = run.repeated.map(
    ({ tool, times }) => `${tool} is a "once" tool, and one call of it was made ${String(times)} times`,
  )
  const ending = run.job.status === 'completed' ? [] : [`the job ended as ${run.job.status}`]
  return [...miscounted, ...repeated, ...ending]
}

function inWords(times: number, expected: number): string {
  return `${String(times)} times, not ${String(expected)}`
}

function counted(effects: readonly string[]): Counts {
  const counts = new Map<string, number>()
  for (const effect of effects) counts.set(effect, (counts.get(effect) ?? 0) + 1)
  return counts
}

/** The next answer is the one after those that the transcript has. */
function scriptOf(model: CrashTest['model']): Script {
  if (typeof model === 'function') return model
  return ({ messages }) => {
    const number = messages.filter(({ role }) => role === 'assistant').length
    const answer = model[number]
    if (!answer) throw new Error(`The script has ${String(model.length)} answers, and the agent asks for one more.`)
    return answer
  }
}
