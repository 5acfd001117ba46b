import { expect, test } from '@jest/globals'
import { loadOnce, NotLoaded } from '../../../../shared/app/lazy/load-once.ts'

test('all who ask meanwhile share one load, and all later ones what it gave', async () => {
  let loads = 0
  const gate = Promise.withResolvers<string>()
  const part = loadOnce('the part', () => {
    loads += 1
    return gate.promise
  })
  const asking = Array.from({ length: 50 }, () => part())
  gate.resolve('loaded')
  expect(new Set(await Promise.all(asking))).toEqual(new Set(['loaded']))
  expect(await part()).toBe('loaded')
  expect(loads).toBe(1)
})

test('a failure names the part and its cause, is told to all who waited, and the next one tries again', async () => {
  let loads = 0
  const part = loadOnce('the part', async () => {
    loads += 1
    if (loads < 3) throw new Error(`no file ${loads}`)
    return loads
  })
  const failures = await Promise.allSettled([part(), part()])
  for (const failure of failures)
    expect(failure).toEqual({
      status: 'rejected',
      reason: expect.objectContaining({
        name: 'NotLoaded',
        message: 'the part could not be loaded',
        cause: expect.objectContaining({ message: 'no file 1' }),
      }),
    })
  await expect(part()).rejects.toThrow(NotLoaded)
  expect(await part()).toBe(3)
  expect(await part()).toBe(3)
})

test('what fails before it gives a promise counts as a failure to load', async () => {
  const part = loadOnce('the part', () => {
    throw new Error('at once')
  })
  await expect(part()).rejects.toThrow(NotLoaded)
})
