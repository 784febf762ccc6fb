import type { BillLine } from './bill.ts'
import { CLOUDFLARE } from './prices.ts'
import { COUNTED_EVENT, COUNTED_SCHEDULE, LOOKS_AT_ENDED, type Used } from './schedule-on-cloudflare.ts'

/** An object is billed as this much for as long as it works. */
const GIGABYTES = 0.128
/** Assumed, of a request. */
const REQUEST_MS = 10

const { firstPut, laterPut, fire, look, deletion } = COUNTED_SCHEDULE

/** One fire of a schedule that recurs, without its job. The sweep looks at it after each fire, and at least daily. */
export function billOfFire({ daysBetween }: { readonly daysBetween: number }): readonly BillLine[] {
  return bill([fire, ...times(look, Math.max(1, Math.round(daysBetween)))], { workerRequests: 0 })
}

/** One cart: so many PUTs of which each moves the fire, the fire without its job, and the week until it is deleted. */
export function billOfDebounce({ puts }: { readonly puts: number }): readonly BillLine[] {
  const steps = [firstPut, ...times(laterPut, puts - 1), fire, ...times(look, LOOKS_AT_ENDED), deletion]
  return bill(steps, { workerRequests: puts })
}

/** One event with one action, without its job. */
export function billOfEvent(): readonly BillLine[] {
  return bill([COUNTED_EVENT], { workerRequests: 1 })
}

function times(step: Used, count: number): readonly Used[] {
  return Array.from({ length: count }, () => step)
}

function bill(steps: readonly Used[], { workerRequests }: { readonly workerRequests: number }): readonly BillLine[] {
  const sum = (of: keyof Used): number => steps.reduce((total, step) => total + step[of], 0)
  const objectRequests = sum('objectRequests')
  return [
    { what: 'Worker requests', amount: workerRequests, price: CLOUDFLARE.workerRequest },
    { what: 'Worker CPU ms', amount: workerRequests * REQUEST_MS, price: CLOUDFLARE.workerCpuMs },
    { what: 'object requests', amount: objectRequests, price: CLOUDFLARE.objectRequest },
    { what: 'object GB-s', amount: (objectRequests * REQUEST_MS * GIGABYTES) / 1000, price: CLOUDFLARE.gigabyteSecond },
    { what: 'object rows written', amount: sum('objectRowsWritten'), price: CLOUDFLARE.rowWritten },
    { what: 'alarms set', amount: sum('alarmsSet'), price: CLOUDFLARE.rowWritten },
    { what: 'D1 rows written', amount: sum('d1RowsWritten'), price: CLOUDFLARE.rowWritten },
  ]
}
