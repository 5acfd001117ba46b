import type { Case } from '../place.ts'
import type { World } from '../world.ts'
import { dateCases } from './dates.ts'
import { lookupCases } from './lookups.ts'
import { textCases } from './texts.ts'
import { valueCases } from './values.ts'

/** Each condition once. */
export const distinct = (cases: readonly Case[]): Case[] => [...new Map(cases.map((one) => [one.key, one])).values()]

/** Every condition that is written down. */
export const writtenCases = (world: World): Case[] =>
  distinct([...valueCases(world), ...textCases(world), ...lookupCases(world), ...dateCases(world)])
