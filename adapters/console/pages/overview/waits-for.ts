import { html } from 'hono/html'
import type { Html } from '../../route.ts'
import { numberSoFar } from '../../view/json.ts'
import type { Visit } from '../../visit.ts'

/** Batches of one request, beyond which they are not counted. */
const BATCHES_COUNTED = 20

const JOBS = {
  approval: 'with calls to approve.',
  outcome: 'with calls of unknown outcome.',
  callback: 'with callbacks that could not be delivered.',
} as const

/** How much waits for a person, and where; nothing where nothing does. */
export async function waitsFor({ api, href }: Visit): Promise<Html | ''> {
  const jobs = Object.entries(JOBS).map(async ([needs, what]) => {
    const { total, isWhole } = await api.counts({ needs: needs as keyof typeof JOBS })
    return total === 0 ? [] : says(href(`/jobs?needs=${needs}`), `${count(total, isWhole, 'job')} ${what}`)
  })
  const batches = async (): Promise<Html | readonly []> => {
    const page = await api.batches.page({ needs: 'callback', page_size: BATCHES_COUNTED })
    const found = count(page.batches.length, page.next_page_token === undefined, 'batch')
    return page.batches.length === 0 ? [] : says(href('/inbox'), `${found} ${JOBS.callback}`)
  }
  const proposals = async (): Promise<Html | readonly []> => {
    const { proposed } = (await api.proposals.counts({ status: 'proposed' })).ready
    return proposed === 0
      ? []
      : says(href('/proposals?status=proposed'), `${count(proposed, true, 'proposal')} to review.`)
  }
  const all = (await Promise.all([...jobs, batches(), proposals()])).flat()
  return all.length === 0
    ? ''
    : html`<p class="ask"><b>For you to decide:</b> ${all} <a href="${href('/inbox')}">Open the inbox</a></p>`
}

function says(address: string, text: string): Html {
  return html`<a href="${address}">${text}</a> `
}

const SEVERAL = { job: 'jobs', batch: 'batches', proposal: 'proposals' } as const

function count(of: number, isWhole: boolean, what: keyof typeof SEVERAL): string {
  return `${numberSoFar(of, isWhole)} ${of === 1 && isWhole ? what : SEVERAL[what]}`
}
