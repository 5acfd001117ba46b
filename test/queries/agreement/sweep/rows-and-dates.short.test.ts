import { generatedCases, SEED } from '../generated.ts'
import { dateCases } from '../written/dates.ts'
import { lookupCases } from '../written/lookups.ts'
import { textCases } from '../written/texts.ts'
import { agreeInBrief, oneOf } from './in-brief.ts'

agreeInBrief('people and other rows', lookupCases)
agreeInBrief('texts', (world) => oneOf(4, textCases(world)))
agreeInBrief('dates', (world) => oneOf(16, dateCases(world)))
agreeInBrief(`conditions drawn by AGREEMENT_SEED=${SEED}`, (world) => generatedCases(world, 60))
