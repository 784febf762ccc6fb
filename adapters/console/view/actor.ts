import type * as z from 'zod'
import type { ActorView } from '#adapters/http/wire/actor.ts'

type Actor = z.infer<typeof ActorView>

const NAMES: Readonly<Record<string, string>> = {
  keyless: 'a program on this machine',
  cli: 'the command line',
  system: 'Errand',
}

/** Who did something, in a few words. */
export function actorName(actor: Actor | undefined): string {
  if (!actor) return '–'
  const name = NAMES[actor.kind] ?? [actor.kind, actor.id].filter(Boolean).join(' ')
  return actor.for ? `${name}, for ${actorName(actor.for)}` : name
}
