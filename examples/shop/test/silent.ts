import type { Logger } from 'errand'

const nothing = (): void => undefined

export const silent: Logger = { info: nothing, warn: nothing, error: nothing }
