import { type Marks, isVisitors, pairs } from './same-node.ts'

/**
 * Makes `from` look like `to` and changes only what differs, so that focus, selection, scroll positions, opened details
 * and half-written fields stay as they are.
 */
export function morph(from: Element, to: Element): void {
  if (from.isEqualNode(to) || from.hasAttribute('data-keep')) return
  morphAttributes(from, to)
  morphChildren(from, [...to.childNodes])
}

function morphChildren(from: Element, wanted: readonly ChildNode[]): void {
  const current = [...from.childNodes]
  const places = pairs(current.map(marksOf), wanted.map(marksOf))
  for (const [index, next] of wanted.entries()) {
    const own = current[places[index] ?? -1]
    const there = from.childNodes[index] ?? null
    if (there !== (own ?? next)) from.insertBefore(own ?? next, there)
    if (own) morphNode(own, next)
  }
  while (from.childNodes.length > wanted.length) from.lastChild?.remove()
}

function marksOf(node: ChildNode): Marks {
  const element = node instanceof Element ? node : null
  const target = element?.tagName === 'FORM' ? (element.getAttribute('action') ?? '') : ''
  return { name: node.nodeName, id: element?.id ?? '', target }
}

function morphNode(current: ChildNode, next: ChildNode): void {
  if (current instanceof Element && next instanceof Element) morph(current, next)
  else if (current.nodeValue !== next.nodeValue) current.nodeValue = next.nodeValue
}

function morphAttributes(from: Element, to: Element): void {
  const kind = { name: from.tagName, type: from.getAttribute('type') ?? '' }
  for (const { name } of [...from.attributes])
    if (!to.hasAttribute(name) && !isVisitors(name, kind)) from.removeAttribute(name)
  for (const { name, value } of to.attributes)
    if (from.getAttribute(name) !== value && !isVisitors(name, kind)) from.setAttribute(name, value)
}
