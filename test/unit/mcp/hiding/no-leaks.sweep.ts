import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

import { BY_COLUMN, BY_TABLE, type Setting } from './stage.ts'
import { differences, openWorlds, turnsOf, type Worlds } from './worlds.ts'

describe.each<[string, Setting]>([
  ['columns', BY_COLUMN],
  ['tables', BY_TABLE],
])('two environments that differ in hidden %s alone', (_name, setting) => {
  let worlds: Worlds
  beforeAll(async () => {
    worlds = await openWorlds(setting)
  })
  afterAll(() => worlds.close())

  test('are one, whatever is asked, by whoever sees all and by others', async () => {
    expect(await differences(worlds, turnsOf(worlds.calls))).toEqual([])
  }, 600_000)
})
