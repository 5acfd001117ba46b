import type { Case } from '../place.ts'
import type { World } from '../world.ts'
import { dateCases } from './dates.ts'
import { lookupCases } from './lookups.ts'
import { otherCases } from './others.ts'
import { distinct } from './tables.ts'
import { textCases } from './texts.ts'
import { valueCases } from './values.ts'

/** Every condition that is written down. */
export const writtenCases = (world: World): Case[] =>
  distinct([...otherCases, ...valueCases(world), ...textCases(world), ...lookupCases(world), ...dateCases(world)])
