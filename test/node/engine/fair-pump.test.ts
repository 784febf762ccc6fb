import { describe, expect, test } from 'vitest'
import { T0 } from '#test/support/fixtures.ts'
import { SharedCap } from '#domain/tenant/shared-cap.ts'
import { pumping } from './pumping.ts'

describe('the pump, between tenants', () => {
  const tenants = (...ids: string[]) => ({ knownTenants: () => Promise.resolve(ids) })

  test('begins the one job of another tenant next, behind a thousand slow ones', async () => {
    const { pump, submit, submitMany, finish, begun, clock } = pumping(4)
    const slow = await submitMany(1000, 'flood')
    pump.start()
    await clock.advance(0)
    expect(begun).toEqual(slow.slice(0, 4))
    const quick = await submit(clock.now(), 'quick')
    await finish(slow[0] ?? '')
    expect(begun.at(-1)).toBe(quick)
  })

  test('keeps a place free for a tenant that is known and has nothing to do yet', async () => {
    const { pump, submit, submitMany, begun, clock } = pumping(4, tenants('flood', 'quick'))
    await submitMany(1000, 'flood')
    pump.start()
    await clock.advance(0)
    expect(begun).toHaveLength(3)
    const quick = await submit(clock.now(), 'quick')
    await clock.advance(0)
    expect(begun.at(-1)).toBe(quick)
  })

  test('lets a tenant that is alone have every place', async () => {
    const { pump, submitMany, begun, clock } = pumping(4, tenants('flood', 'flood'))
    await submitMany(10, 'flood')
    pump.start()
    await clock.advance(0)
    expect(begun).toHaveLength(4)
  })

  test('gives each tenant as many places as the others when all want more, in turns', async () => {
    const { pump, submitMany, finish, begun, clock } = pumping(6)
    const ids = [...(await submitMany(50, 'a')), ...(await submitMany(50, 'b')), ...(await submitMany(50, 'c'))]
    const tenantOf = (id: string): string => 'abc'[Math.floor(ids.indexOf(id) / 50)] ?? ''
    pump.start()
    await clock.advance(0)
    // One place is kept for a fourth tenant.
    expect(begun.map(tenantOf).sort()).toEqual(['a', 'a', 'b', 'b', 'c'])
    for (let n = 0; n < 60; n++) await finish(begun[n] ?? '')
    const counts = Map.groupBy(begun.map(tenantOf), (tenant) => tenant)
    expect([...counts.values()].map(({ length }) => length).sort()).toEqual([21, 22, 22])
  })

  test('holds a tenant to what it may have at once, and looks past its backlog for the others', async () => {
    const cap = new SharedCap((tenantId) => (tenantId === 'held' ? 1 : null)).part(1)
    const { pump, submit, submitMany, finish, begun, clock } = pumping(4, { cap })
    const held = await submitMany(20, 'held')
    const other = await submit(T0, 'other')
    pump.start()
    await clock.advance(0)
    expect(begun.toSorted()).toEqual([held[0] ?? '', other].toSorted())
    await finish(held[0] ?? '')
    expect(begun.at(-1)).toBe(held[1])
  })

  test('asks for another tenant’s jobs alone, however many one has', async () => {
    const { pump, store, submit, submitMany, begun, clock } = pumping(4, tenants('flood', 'quick'))
    const asked: string[] = []
    const due = store.due.bind(store)
    store.due = async (query) => {
      const ids = await due(query)
      asked.push(`${query.tenantId} ${String(ids.length)}`)
      return ids
    }
    await submitMany(1000, 'flood')
    pump.start()
    await clock.advance(0)
    const quick = await submit(T0 + 10, 'quick')
    // Its wake is lost: the sweep finds it.
    await clock.advance(30_000)
    expect(begun.at(-1)).toBe(quick)
    expect(asked).toEqual(['flood 4', 'quick 1'])
  })

  test('a tenant whose jobs all wait for a place elsewhere keeps back nobody else, and is not read to its end', async () => {
    const crowded = { whenFree: () => new Promise<void>(() => undefined) }
    const begun: string[] = []
    const execute = (jobId: string): Promise<unknown> => {
      begun.push(jobId)
      return Promise.resolve(jobId === quick ? null : crowded)
    }
    const { pump, submit, submitMany, clock } = pumping(4, { execute })
    let quick = ''
    await submitMany(3000, 'flood')
    pump.start()
    for (let before = -1; before < begun.length;) {
      before = begun.length
      await clock.advance(0)
    }
    const tried = begun.length
    expect(tried).toBeLessThan(1100)
    quick = await submit(clock.now(), 'quick')
    await clock.advance(0)
    expect(begun.slice(tried)).toEqual([quick])
  })
})
