import { html } from 'hono/html'
import type { Html } from '../../route.ts'
import { textIn } from '../../view/field.ts'
import { number } from '../../view/json.ts'
import type { Visit } from '../../visit.ts'
import { type Filter, queryOf } from './filter.ts'

/** What a form says of many calls at once. */
export interface Answer {
  readonly outcome: string
  /** Of which tool; `''` for every one. */
  readonly tool: string
}

export function answerIn(form: FormData): Answer {
  return { outcome: textIn(form, 'outcome'), tool: textIn(form, 'tool') }
}

/** How many jobs wait for an answer, by what is asked of a person. */
export interface Answerable {
  readonly outcome: number
  readonly approval: number
  /** Whether there are no more. */
  readonly isWhole: boolean
}

/** Those that this visitor may answer for. @throws {ErrandError} */
export async function answerable({ api, may }: Visit, filter: Filter): Promise<Answerable> {
  const count = async (needs: 'outcome' | 'approval', isAllowed: boolean) => {
    if (!isAllowed || (filter.needs !== undefined && filter.needs !== needs)) return { total: 0, isWhole: true }
    return api.counts(queryOf({ ...filter, needs }))
  }
  const [outcome, approval] = await Promise.all([count('outcome', may('submit')), count('approval', may('approve'))])
  return { outcome: outcome.total, approval: approval.total, isWhole: outcome.isWhole && approval.isWhole }
}

const ANSWERS = {
  outcome: [
    ['did_not_happen', 'The calls did not happen, and may be made'],
    ['happened', 'The calls happened, and brought nothing back'],
    ['fail', 'Fail the unfinished jobs'],
  ],
  approval: [
    ['approved', 'Approve the calls'],
    ['rejected', 'Reject the calls'],
  ],
} as const

const QUESTIONS = { outcome: 'with calls of unknown outcome', approval: 'with calls that wait for approval' } as const

/** One answer for all of a kind. None is chosen before the visitor does. */
export function answerFields(waiting: Answerable, chosen: Answer | null): Html {
  const kinds = (['outcome', 'approval'] as const).filter((kind) => waiting[kind] > 0)
  const groups = kinds.map((kind) => {
    const label = `${number(waiting[kind])} ${waiting[kind] === 1 ? 'job' : 'jobs'} ${QUESTIONS[kind]}`
    const options = ANSWERS[kind].map(
      ([value, text]) =>
        html`<label class="check"
          ><input type="radio" name="outcome" value="${value}" required ${chosen?.outcome === value ? 'checked' : ''} />
          <span>${text}</span></label
        >`,
    )
    return html`<fieldset>
      <legend>${label}</legend>
      ${options}
    </fieldset>`
  })
  return html`${groups}
    <label>Only calls of the tool <input name="tool" placeholder="any" value="${chosen?.tool ?? ''}" /></label>`
}
