import type { ConsoleRoute } from '../route.ts'
import { OVERVIEW } from './overview.ts'

/** Every page and form. To add one, add its routes here; the navigation is in `layout.ts`. */
export const PAGES: readonly ConsoleRoute[] = [...OVERVIEW]
