import { readFile } from 'node:fs/promises'
import { describe, expect, test } from '@jest/globals'
import { KNOWN_CLIENTS } from '../../../../shared/config/clients/known-clients.ts'
import { RECORDED, recordedSchema, type Seen } from '../recorded.ts'
import { CASES, covering, NAMES, traitsOf } from './cases.ts'
import { useNamedClients } from './stage.ts'
import { connectInStreamMode, connectWhereNamed, refuseWhereUnnamed } from './suites.ts'

/**
 * The sweep asks every client, by every way, in both modes. Here are so few of these cases as together have every trait
 * of all: each connects in buffered mode, at each of its addresses, and is refused there where it is not named; in stream
 * mode connects the first by each way. That each address of every client is admitted and refused is a test of conformance.
 */
const stage = await useNamedClients()
const seen: Seen[] = []
const records = { add: (one: Seen) => void seen.push(one) }
const cases = covering(CASES)
const byEachWay = cases.filter(({ way }, at) => cases.findIndex((one) => one.way === way) === at)

connectWhereNamed(stage, cases, records)
connectInStreamMode(stage, byEachWay, records)
refuseWhereUnnamed(stage, 'buffered', cases, records)

describe('what was asked', () => {
  const recorded = async () => recordedSchema.parse(JSON.parse(await readFile(RECORDED, 'utf8')))

  test('has every trait, in fewer than half of the cases', () => {
    expect(new Set(cases.flatMap(traitsOf))).toEqual(new Set(CASES.flatMap(traitsOf)))
    expect(cases.length).toBeLessThan(CASES.length / 2)
  })

  test('was seen as recorded; the record has every case in both modes, named and not', async () => {
    expect(seen).toHaveLength(2 * cases.length + byEachWay.length)
    expect(await recorded()).toEqual(expect.arrayContaining(seen))
    expect(await recorded()).toHaveLength(4 * CASES.length)
  })

  test('there is a profile for each client that CLIENTS may name', () => {
    expect(NAMES).toEqual(Object.keys(KNOWN_CLIENTS))
  })
})
