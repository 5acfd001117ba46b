import { otherCases } from '../written/others.ts'
import { valueCases } from '../written/values.ts'
import { agreeInBrief } from './in-brief.ts'

agreeInBrief('numbers, choices and types', valueCases)
agreeInBrief('conditions with words of their own', () => otherCases)
