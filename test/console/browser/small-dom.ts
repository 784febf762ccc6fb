/** As much of a document as `morph` needs, with a focus that is lost as in a browser: by a node that is taken out or moved. */
export class SmallNode {
  static focused: SmallNode | null = null
  parent: SmallElement | null = null
  nodeValue: string | null = null

  readonly nodeName: string

  constructor(nodeName: string) {
    this.nodeName = nodeName
  }

  remove(): void {
    if (this.parent) this.parent.childNodes = this.parent.childNodes.filter((child) => child !== this)
    this.parent = null
    if (SmallNode.focused && this.holds(SmallNode.focused)) SmallNode.focused = null
  }

  holds(node: SmallNode): boolean {
    return node === this
  }

  isEqualNode(other: SmallNode): boolean {
    return String(this) === String(other)
  }

  toString(): string {
    return this.nodeValue ?? ''
  }
}

export class SmallElement extends SmallNode {
  childNodes: SmallNode[] = []
  readonly #attributes: Map<string, string>

  constructor(tag: string, attributes: Readonly<Record<string, string>> = {}) {
    super(tag.toUpperCase())
    this.#attributes = new Map(Object.entries(attributes))
  }

  get tagName(): string {
    return this.nodeName
  }
  get id(): string {
    return this.getAttribute('id') ?? ''
  }
  get attributes(): readonly { readonly name: string; readonly value: string }[] {
    return [...this.#attributes].map(([name, value]) => ({ name, value }))
  }
  get lastChild(): SmallNode | null {
    return this.childNodes.at(-1) ?? null
  }

  getAttribute(name: string): string | null {
    return this.#attributes.get(name) ?? null
  }
  hasAttribute(name: string): boolean {
    return this.#attributes.has(name)
  }
  setAttribute(name: string, value: string): void {
    this.#attributes.set(name, value)
  }
  removeAttribute(name: string): void {
    this.#attributes.delete(name)
  }

  /** @param tag the name of an element. */
  querySelector(tag: string): SmallElement | null {
    for (const child of this.childNodes) {
      if (!(child instanceof SmallElement)) continue
      const found = child.tagName === tag.toUpperCase() ? child : child.querySelector(tag)
      if (found) return found
    }
    return null
  }

  insertBefore(node: SmallNode, before: SmallNode | null): void {
    node.remove()
    this.childNodes.splice(before ? this.childNodes.indexOf(before) : this.childNodes.length, 0, node)
    node.parent = this
  }

  override holds(node: SmallNode): boolean {
    return node === this || this.childNodes.some((child) => child.holds(node))
  }

  override toString(): string {
    const attributes = this.attributes.map(({ name, value }) => ` ${name}="${value}"`).sort()
    const tag = this.nodeName.toLowerCase()
    return `<${tag}${attributes.join('')}>${this.childNodes.join('')}</${tag}>`
  }
}

/** An element: `el('p', { id: 'a' }, 'text')`. */
export function el(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  ...children: (SmallNode | string)[]
): SmallElement {
  const made = new SmallElement(tag, attributes)
  for (const child of children) made.insertBefore(typeof child === 'string' ? text(child) : child, null)
  return made
}

function text(value: string): SmallNode {
  const made = new SmallNode('#text')
  made.nodeValue = value
  return made
}
