import { type ConsoleRoute, get } from '../../route.ts'
import { overviewPage } from './overview.ts'
import { usagePage } from './usage.ts'

export const OVERVIEW: readonly ConsoleRoute[] = [get('', overviewPage), get('/usage', usagePage)]
