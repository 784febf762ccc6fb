/**
 * Makes `from` look like `to` and changes only what differs, so that focus, selection, scroll positions, opened details
 * and half-written fields stay as they are.
 */
export function morph(from: Element, to: Element): void {
  if (from.isEqualNode(to) || from.hasAttribute('data-keep')) return
  morphAttributes(from, to)
  const wanted = [...to.childNodes]
  for (const [index, next] of wanted.entries()) {
    const current = placed(from, index, next)
    if (current === undefined) from.append(next)
    else morphNode(current, next)
  }
  while (from.childNodes.length > wanted.length) from.lastChild?.remove()
}

function morphNode(current: ChildNode, next: ChildNode): void {
  if (current instanceof Element && next instanceof Element && current.tagName === next.tagName) morph(current, next)
  else if (current instanceof Text && next instanceof Text) {
    if (current.data !== next.data) current.data = next.data
  } else current.replaceWith(next)
}

/** The child that is to become `next`: by its id if it has one, for rows come in above others. */
function placed(from: Element, index: number, next: ChildNode): ChildNode | undefined {
  const current = from.childNodes[index]
  if (!(next instanceof Element) || next.id === '') return current
  if (current instanceof Element && current.id === next.id) return current
  const own = from.querySelector(`:scope > #${CSS.escape(next.id)}`)
  if (own) {
    from.insertBefore(own, current ?? null)
    return own
  }
  // New, in front of what is here: no other may be made into it.
  if (current) {
    const room = next.cloneNode() as Element
    from.insertBefore(room, current)
    return room
  }
  return undefined
}

/** The visitor's own: what is open or typed stays. */
const KEPT = new Set(['open', 'value', 'checked'])

function morphAttributes(from: Element, to: Element): void {
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name) && !KEPT.has(name)) from.removeAttribute(name)
  for (const { name, value } of to.attributes)
    if (from.getAttribute(name) !== value && !KEPT.has(name)) from.setAttribute(name, value)
}
