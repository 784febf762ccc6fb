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
  // First, so that what stays need not move: a node that moves loses the focus.
  const kept = new Set(places)
  for (const [place, node] of current.entries()) if (!kept.has(place)) node.remove()
  for (const [index, next] of wanted.entries()) {
    const own = current[places[index] ?? -1]
    const there = from.childNodes[index] ?? null
    if (there !== (own ?? next)) from.insertBefore(own ?? next, there)
    if (own) morphNode(own, next)
  }
}

function marksOf(node: ChildNode): Marks {
  const element = node instanceof Element ? node : null
  return { name: node.nodeName, id: element?.id ?? '', target: element ? targetOf(element) : '' }
}

function targetOf(element: Element): string {
  if (element.tagName === 'FORM') return element.getAttribute('action') ?? ''
  return element.tagName === 'TR' ? (element.querySelector('a')?.getAttribute('href') ?? '') : ''
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
