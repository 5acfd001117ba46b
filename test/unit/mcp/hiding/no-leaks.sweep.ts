import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { BY_COLUMN, BY_TABLE, type Setting } from './stage.ts'
import { differences, openWorlds, turnsOf, type Worlds } from './worlds.ts'

/** Each call is asked by one person, every second one by somebody who sees less: all calls by all would take minutes. */
describe.each<[string, Setting]>([
  ['columns', BY_COLUMN],
  ['tables', BY_TABLE],
])('two environments that differ in hidden %s alone', (_name, setting) => {
  let worlds: Worlds
  beforeAll(async () => {
    worlds = await openWorlds(setting)
  })
  afterAll(() => worlds.close())

  test('are one, whatever is asked, by whoever sees all and by others in turn', async () => {
    expect(await differences(worlds, turnsOf(worlds.calls))).toEqual([])
  }, 600_000)
})
