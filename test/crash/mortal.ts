/** Thrown where the process has died, and by all that it still tries to do. */
export class Death extends Error {}

/** A process that dies at one of its calls of the world: before it, or after it. */
export class MortalProcess {
  points = 0
  readonly #deaths: ReadonlySet<number>
  #isDead = false

  constructor(deaths: readonly number[]) {
    this.#deaths = new Set(deaths)
  }

  get isDead(): boolean {
    return this.#isDead
  }

  restart(): void {
    this.#isDead = false
  }

  async call<T>(work: () => Promise<T>): Promise<T> {
    this.#live()
    const result = await work()
    this.#live()
    return result
  }

  callSync<T>(work: () => T): T {
    this.#live()
    const result = work()
    this.#live()
    return result
  }

  /** The same object, whose calls of `methods` are calls of the world. */
  around<T extends object>(world: T, methods: readonly (keyof T & string)[]): T {
    return new Proxy(world, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        const run = (...args: unknown[]): unknown => Reflect.apply(value, target, args)
        const isMortal = methods.some((method) => method === name)
        return isMortal ? (...args: unknown[]) => this.call(() => run(...args) as Promise<unknown>) : run
      },
    })
  }

  #live(): void {
    if (this.#isDead) throw new Death()
    this.points++
    if (!this.#deaths.has(this.points)) return
    this.#isDead = true
    throw new Death()
  }
}
