import { sweepHalf } from './sweep.ts'

sweepHalf(0)
