import type { InBackground } from '#ports/in-background.ts'

export const atOnce: InBackground = (work) => work()
