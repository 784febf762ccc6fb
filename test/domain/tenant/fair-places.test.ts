import { describe, expect, test } from 'vitest'
import { SharedCap } from '#domain/tenant/shared-cap.ts'
import { FairPlaces, shareOf } from '#domain/tenant/fair-places.ts'

/** Begins what it may until nobody may have more, and tells who holds how much. */
function fill(places: FairPlaces, wanted: Readonly<Record<string, number>>): Record<string, number> {
  const left = new Map(Object.entries(wanted))
  const held: Record<string, number> = {}
  for (;;) {
    const tenantId = places.next([...left].filter(([, count]) => count > 0).map(([id]) => id))
    if (tenantId === null) return held
    places.take(tenantId)
    left.set(tenantId, (left.get(tenantId) ?? 0) - 1)
    held[tenantId] = (held[tenantId] ?? 0) + 1
  }
}

describe('places that tenants share', () => {
  test('all are one tenant’s as long as no other is known', () => {
    const places = new FairPlaces({ places: 50 })
    expect(fill(places, { a: 100 })).toEqual({ a: 50 })
    places.release('a')
    expect(places.roomFor('a')).toBe(1)
  })

  test.each([
    [50, 43],
    [8, 7],
    [4, 3],
    [2, 1],
    [1, 1],
  ])('of %i, one of several tenants may hold %i', (count, most) => {
    const places = new FairPlaces({ places: count })
    places.meet('b')
    expect(fill(places, { a: 100 })).toEqual({ a: most })
  })

  test('one after the other, each leaves room for the next', () => {
    const places = new FairPlaces({ places: 50 })
    places.meet('z')
    expect([fill(places, { a: 99 }), fill(places, { b: 99 }), fill(places, { c: 99 })]).toEqual([
      { a: 43 },
      { b: 6 },
      { c: 1 },
    ])
    expect(places.roomFor('d')).toBe(0)
  })

  test('what becomes free goes to whom holds least, and of equals to whose turn is longest ago', () => {
    const places = new FairPlaces({ places: 2 })
    expect(places.next(['a', 'b'])).toBe('a')
    places.take('a')
    expect(places.next(['a', 'b'])).toBe('b')
    places.take('b')
    places.release('a')
    places.release('b')
    expect(places.next(['b', 'a'])).toBe('a')
    expect(places.next([])).toBeNull()
  })

  test('to hold less counts more than to have waited longer', () => {
    const places = new FairPlaces({ places: 8 })
    places.take('a')
    places.take('b')
    places.release('b')
    expect(places.next(['a', 'b'])).toBe('b')
  })

  test('a tenant has no more than it may, though nobody else wants any', () => {
    const places = new FairPlaces({ places: 8, cap: new SharedCap((id) => (id === 'a' ? 2 : null)).part(1) })
    expect(fill(places, { a: 9, b: 9 })).toEqual({ a: 2, b: 5 })
  })

  test('turns are remembered of so many tenants and no more', () => {
    const places = new FairPlaces({ places: 1 })
    for (let n = 0; n < 20_000; n++) {
      places.take(`t${String(n)}`)
      places.release(`t${String(n)}`)
    }
    expect(places.next(['t19999', 't1'])).toBe('t1')
    // The oldest one has another turn, so the second oldest is forgotten for the next tenant.
    for (const tenantId of ['t10000', 'new']) {
      places.take(tenantId)
      places.release(tenantId)
    }
    expect(places.next(['t10000', 't10002'])).toBe('t10002')
    expect(places.next(['t10002', 't10001'])).toBe('t10001')
  })

  test('a share is one at least', () => {
    expect(shareOf({ places: 100, heldByOthers: 0 }, 1 / 4)).toBe(25)
    expect(shareOf({ places: 100, heldByOthers: 100 }, 1 / 4)).toBe(1)
  })
})
