import { type JsonValue, canonicalJson } from '../json/json.ts'
import type { WebhookAction } from './action.ts'

/** A position, or what the action says with its number among equal ones. */
export type ActionName = number | { readonly says: string; readonly number: number }

/**
 * What names each action of an event, so that it is the same action at each repeat, also in another order. One that was
 * recorded with the event is named by its position there. Any other, such as one of a handler that was mended since,
 * is named by what it says.
 * @param recorded the actions that were recorded with the event
 */
export function actionNames(
  actions: readonly WebhookAction[],
  recorded: readonly WebhookAction[],
): readonly ActionName[] {
  const positions = positionsOf(recorded)
  const numbers = new Map<string, number>()
  return actions.map((action) => {
    const says = textOf(action)
    const position = positions.get(says)?.shift()
    if (position !== undefined) return position
    const number = numbers.get(says) ?? 0
    numbers.set(says, number + 1)
    return { says, number }
  })
}

function positionsOf(actions: readonly WebhookAction[]): Map<string, number[]> {
  const positions = new Map<string, number[]>()
  for (const [position, action] of actions.entries()) {
    const says = textOf(action)
    positions.set(says, [...(positions.get(says) ?? []), position])
  }
  return positions
}

function textOf(action: WebhookAction): string {
  return canonicalJson(action as unknown as JsonValue)
}
