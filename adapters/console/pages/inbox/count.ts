import { numberSoFar } from '../../view/json.ts'
import type { Visit } from '../../visit.ts'

/** Batches and schedules of one request, beyond which they are not counted. */
const COUNTED = 50

/** How much waits for a person, for the menu: `12`, `50+`, or nothing. It is read apart, so that no page waits for it. */
export async function inboxCount({ api }: Visit): Promise<Response> {
  const jobs = (['approval', 'outcome', 'callback'] as const).map(async (needs) => {
    const { total, isWhole } = await api.counts({ needs })
    return { count: total, isWhole }
  })
  const batches = async () => {
    const page = await api.batches.page({ needs: 'callback', page_size: COUNTED })
    return { count: page.batches.length, isWhole: page.next_page_token === undefined }
  }
  const proposals = async () => {
    const { ready } = await api.proposals.counts({ status: 'proposed' })
    return { count: ready.proposed, isWhole: true }
  }
  const schedules = async () => {
    const page = await api.schedules.page({ status: 'paused', page_size: COUNTED })
    const failing = page.schedules.filter(({ pausedBecause }) => pausedBecause === 'failures')
    return { count: failing.length, isWhole: page.next_page_token === undefined }
  }
  const parts = await Promise.all([...jobs, batches(), proposals(), schedules()])
  const total = parts.reduce((sum, { count }) => sum + count, 0)
  const isWhole = parts.every((part) => part.isWhole)
  const text = total === 0 ? '' : numberSoFar(total, isWhole)
  return new Response(text, { headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' } })
}
