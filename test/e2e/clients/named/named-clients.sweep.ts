import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, jest, test } from '@jest/globals'
import { formatted } from '../../../../infra/docs/formatted.ts'
import { RECORDED, recordedSchema, type Seen } from '../recorded.ts'
import { CASES } from './cases.ts'
import { useNamedClients } from './stage.ts'
import { connectInStreamMode, connectWhereNamed, refuseWhereUnnamed } from './suites.ts'

jest.setTimeout(120_000)
const stage = await useNamedClients()
const seen: Seen[] = []
const records = { add: (one: Seen) => void seen.push(one) }

connectWhereNamed(stage, CASES, records)
connectInStreamMode(stage, CASES, records)
for (const mode of ['buffered', 'stream'] as const) refuseWhereUnnamed(stage, mode, CASES, records)

describe('the record', () => {
  test('is what these tests saw; UPDATE_CLIENTS=1 writes it anew', async () => {
    if (process.env.UPDATE_CLIENTS === '1') await writeFile(RECORDED, formatted(RECORDED, JSON.stringify(seen)))
    expect(recordedSchema.parse(JSON.parse(await readFile(RECORDED, 'utf8')))).toEqual(seen)
  })
})
